import { operationCommand } from '../../command.ts';
import { renderEmbedderTest } from '../../render/embedder.ts';

export default operationCommand('embedder.test', { render: renderEmbedderTest });
