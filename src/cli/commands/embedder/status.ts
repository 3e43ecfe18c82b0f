import { operationCommand } from '../../command.ts';
import { renderEmbedder } from '../../render/embedder.ts';

export default operationCommand('embedder.status', { render: renderEmbedder });
