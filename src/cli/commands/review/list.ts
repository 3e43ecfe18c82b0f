import { operationCommand } from '../../command.ts';
import { renderReviewList } from '../../render/review.ts';

export default operationCommand('review.list', { render: renderReviewList });
