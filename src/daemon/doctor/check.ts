import type { Place } from '../../agents/agent.ts';
import type { Finding } from '../../schema/operations/doctor.ts';
import type { Engine } from '../handlers/handler.ts';

/** Where somebody asks what is wrong. */
export interface Patient {
  engine: Engine;
  cwd: string;
  environment: Place['environment'];
  /** Put right what needs no decision. */
  fix: boolean;
}

/** Looks at one thing; what it finds has `fixed` set where it was put right. */
export interface Check {
  name: string;
  run(patient: Patient): Promise<Omit<Finding, 'check'>[]>;
}
