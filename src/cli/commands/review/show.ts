import { operationCommand } from '../../command.ts';
import { renderReview } from '../../render/review.ts';

export default operationCommand('review.show', { render: renderReview });
