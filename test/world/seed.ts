import fc from 'fast-check';

/**
 * Property tests run with the same cases everywhere, so that a failure is the change's own. FC_SEED=N takes others:
 * `FC_SEED=$RANDOM npm test` looks for what nobody has thought of yet.
 */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_121) });
