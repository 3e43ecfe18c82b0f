import { AppError } from '../../schema/app-error.ts';
import type { OutputOf } from '../../schema/operation.ts';
import type { Finding } from '../../schema/operations/doctor.ts';
import type { Connection } from '../../wire/connect.ts';
import { operationCommand } from '../command.ts';
import { checkDaemons, checkSocket, checkVersion, localChecks } from '../doctor/local-checks.ts';
import { renderDoctor } from '../render/doctor.ts';

const isLeft = ({ findings }: OutputOf<'doctor.run'>): boolean => findings.some(({ fixed }) => !fixed);

const DoctorCommand = operationCommand('doctor.run', {
  render: renderDoctor,
  failure: (output) => (isLeft(output) ? 'FAILED_PRECONDITION' : null),
  absent: { checks: [], findings: [] },
});

export default class extends DoctorCommand {
  found: Finding[] = [];

  /** What stands in the way of the daemon is a finding, not an end. */
  override async connectOrAbsent(): Promise<Connection | null> {
    const fix = this.argv.includes('--fix');
    this.found.push(...checkSocket(fix));
    try {
      const connection = await this.connect(true);
      const { version } = await import('../../wire/paths.ts');
      const daemon = await connection.call('daemon.status', {});
      this.found.push(...checkVersion(daemon.version, version()), ...checkDaemons(daemon.pid, fix));
      return connection;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { message, hint = 'hivemind daemon logs' } = error;
      this.found.push({ check: 'daemon', level: 'error', what: message, hint, fixed: false });
      this.found.push(...checkDaemons(null, fix));
      return null;
    }
  }

  override show(
    { checks, findings }: OutputOf<'doctor.run'>,
    input: Parameters<InstanceType<typeof DoctorCommand>['show']>[1],
    flags: Record<string, unknown>,
  ): void {
    super.show({ checks: [...localChecks, ...checks], findings: [...this.found, ...findings] }, input, flags);
  }
}
