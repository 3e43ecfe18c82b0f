import { operationCommand } from '../command.ts';
import { renderRecall } from '../render/recall.ts';

export default operationCommand('recall.search', { render: renderRecall });
