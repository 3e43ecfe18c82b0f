import { operationCommand } from '../../command.ts';
import { renderReviewed } from '../../render/review.ts';

export default operationCommand('review.comment', { render: renderReviewed, isVerdict: true });
