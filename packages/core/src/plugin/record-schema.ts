import { Type } from 'typebox'

const open = { additionalProperties: true }

/** JSON Schema of a record as a file holds it; see `LineageRecord`. Keys of later versions are let pass. */
export const recordSchema = Type.Object(
  {
    record: Type.Literal(1, { description: 'Version of the form.' }),
    result: Type.String({ minLength: 1, description: 'The value that it tells of: `step.port`, or a source.' }),
    sources: Type.Record(
      Type.String(),
      Type.Object(
        { file: Type.Optional(Type.String()), sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })) },
        open,
      ),
      { description: 'Images from outside, by name.' },
    ),
    steps: Type.Record(
      Type.String(),
      Type.Object(
        {
          use: Type.String({ minLength: 1 }),
          with: Type.Record(Type.String(), Type.Unknown()),
          ran: Type.Boolean(),
          random: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
          in: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          plugin: Type.Optional(Type.String()),
          gave: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        },
        open,
      ),
      { description: 'Steps by node path, in the order in which they ran.' },
    ),
    choices: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), {
      description: 'Options and orders that were drawn, by node path.',
    }),
  },
  open,
)
