import { AppError } from '../schema/app-error.ts';
import { openMemory } from './open.ts';
import type { ErrorCode, HivemindError as HivemindErrorShape, Open } from './types.ts';

export type * from './record-types.ts';
export type * from './types.ts';

/**
 * Opens a workspace by its name or id. Starts the daemon of this user where none runs; `$HIVEMIND_HOME` says where that
 * keeps its data. Rejects with NOT_FOUND when there is no such workspace and `create` is not set.
 */
export const open: Open = openMemory;

export type HivemindError = HivemindErrorShape;

/** For `error instanceof HivemindError`. */
export const HivemindError: new (code: ErrorCode, message: string) => HivemindErrorShape = AppError;
