import { operationCommand } from '../../command.ts';
import { renderStoreStats } from '../../render/store-stats.ts';

export default operationCommand('store.stats', { render: renderStoreStats });
