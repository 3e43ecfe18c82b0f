import { operationCommand } from '../command.ts';
import { completeRecord } from '../recording/input.ts';
import { renderRecorded } from '../render/record.ts';

export default operationCommand('event.record', { render: renderRecorded, prepare: completeRecord });
