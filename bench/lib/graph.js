// @ts-check
/** An ONNX graph in the making, written with the schema that onnxruntime-web itself ships. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { onnx } = require('../node_modules/onnxruntime-web/lib/onnxjs/ort-schema/protobuf/onnx.js');

const { FLOAT, INT64 } = onnx.TensorProto.DataType;
const { AttributeType } = onnx.AttributeProto;
const OPSET = 17;
const IR_VERSION = 8;
/** The name of the dimension that is not known before a run. */
const BATCH = 'N';

/** @typedef {string} Value the name of a tensor of the graph */
/** @typedef {Record<string, number | number[] | string>} Attributes whole numbers are ints, others floats */

export class Graph {
  /** @type {object[]} */
  #nodes = [];
  /** @type {Map<string, object>} */
  #constants = new Map();
  /** @type {object[]} */
  #inputs = [];
  /** @type {object[]} */
  #outputs = [];

  /** @param {string} name @param {'float' | 'int64'} type @param {number[]} shape without the batch */
  input(name, type, shape) {
    this.#inputs.push(valueInfo(name, type === 'float' ? FLOAT : INT64, shape));
    return name;
  }

  /** @param {Value} value @param {string} name @param {number[]} shape without the batch */
  output(value, name, shape) {
    this.#nodes.push({ opType: 'Identity', input: [value], output: [name] });
    this.#outputs.push(valueInfo(name, FLOAT, shape));
  }

  /** @param {string} name @param {{ shape: number[], values: Float32Array }} tensor @returns {Value} */
  weights(name, { shape, values }) {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#constants.set(name, { name, dims: shape, dataType: FLOAT, rawData });
    return name;
  }

  /** @param {number[]} values @returns {Value} */
  ints(values) {
    const name = `ints ${values.join(' ')}`;
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.#constants.set(name, { name, dims: [values.length], dataType: INT64, rawData });
    return name;
  }

  /**
   * Adds a node with one output.
   * @param {string} opType
   * @param {Value[]} inputs '' for one that is left out
   * @param {Attributes} [attributes]
   * @returns {Value}
   */
  op(opType, inputs, attributes = {}) {
    return this.ops(opType, inputs, 1, attributes)[0];
  }

  /** @param {string} opType @param {Value[]} inputs @param {number} count of outputs @param {Attributes} [attributes] */
  ops(opType, inputs, count, attributes = {}) {
    const id = `${opType} ${this.#nodes.length}`;
    const output = Array.from({ length: count }, (_, k) => `${id}.${k}`);
    this.#nodes.push({
      opType,
      name: id,
      input: inputs,
      output,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return output;
  }

  /** @returns {Uint8Array} the model file */
  encode() {
    const model = {
      irVersion: IR_VERSION,
      opsetImport: [{ domain: '', version: OPSET }],
      producerName: 'guidelight',
      graph: {
        name: 'unet',
        node: this.#nodes,
        initializer: [...this.#constants.values()],
        input: this.#inputs,
        output: this.#outputs,
      },
    };
    const wrong = onnx.ModelProto.verify(model);
    if (wrong) throw new Error(`the graph is no ONNX model: ${wrong}`);
    return onnx.ModelProto.encode(model).finish();
  }
}

/** @param {string} name @param {number | number[] | string} value */
function attribute(name, value) {
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: value };
  if (Number.isInteger(value)) return { name, type: AttributeType.INT, i: value };
  return { name, type: AttributeType.FLOAT, f: value };
}

/** @param {string} name @param {number} elemType @param {number[]} shape */
function valueInfo(name, elemType, shape) {
  const dim = [{ dimParam: BATCH }, ...shape.map((dimValue) => ({ dimValue }))];
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
