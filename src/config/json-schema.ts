import { z } from 'zod';
import { configSchema } from './schema.js';

/**
 * The JSON Schema of configuration files, for editors. It says what a file may hold; rules across keys, such as cert
 * together with key, are checked only by `config check`.
 */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(configSchema, {
    // What editors' YAML and JSON language servers know best.
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // A function, which library users may give for reset and power, has no form in a file.
      if (jsonSchema.anyOf !== undefined)
        jsonSchema.anyOf = jsonSchema.anyOf.filter((form) => Object.keys(form).length > 0);
    },
  });
  return {
    ...schema,
    title: 'luat-link configuration',
    description: 'Keeps the MQTT session of a Luat Air7xx 4G modem up',
    properties: {
      $schema: { type: 'string', description: 'Address of this schema' },
      ...schema.properties,
    },
  };
}
