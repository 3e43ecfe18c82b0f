import { string } from '@oclif/core/args';
import { HivemindCommand } from '../command.ts';
import { completionScripts, type Shell } from '../completion/scripts.ts';

export default class Completion extends HivemindCommand {
  static override summary = 'Print what a shell needs to complete commands, flags, branches and sessions.';
  static override examples = [
    'eval "$(hivemind completion bash)"',
    'source <(hivemind completion zsh)',
    'hivemind completion fish | source',
  ];
  static override args = {
    shell: string({
      description: 'bash, zsh or fish',
      required: true,
      ignoreStdin: true,
      options: Object.keys(completionScripts),
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Completion);
    const script = completionScripts[args.shell as Shell];
    if (flags.json) this.printJson({ shell: args.shell, script });
    else this.print(script);
  }
}
