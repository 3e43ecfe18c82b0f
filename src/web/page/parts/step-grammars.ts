/** What is loaded when something is to be coloured; of lowlight this and no more. */
export { common, createLowlight } from 'lowlight';
