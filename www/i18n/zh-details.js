// @ts-check
/**
 * What the engine, the loader and the manifest say when something is wrong, in Simplified Chinese. Their sentences are
 * English wherever they are shown, and of few kinds: “what: expected this, got that”. What is none of them stays as it is.
 */

/** Each kind of sentence, and how it is said. @type {[RegExp, (...parts: string[]) => string][]} */
const SENTENCES = [
  [/^(\S+) could not be downloaded: (.+)$/, (name, why) => `无法下载 ${name}：${inChinese(why)}`],
  [/^the connection failed \((.+)\)$/, (why) => `连接失败（${why}）`],
  [/^the server answered (\d+)$/, (status) => `服务器返回了 ${status}`],
  [/^the answer had no body$/, () => '响应没有内容'],
  [
    /^(\S+) broke off after (\d+) of (\d+) bytes \((.+)\)$/,
    (name, got, all, why) => `${name} 的下载在第 ${got} 字节处中断，共 ${all} 字节（${why}）`,
  ],
  [/^(\S+) is too large: (.+)$/, (name, why) => `${name} 过大：${inChinese(why)}`],
  [/^(\S+) has the wrong length: (.+)$/, (name, why) => `${name} 的长度不对：${inChinese(why)}`],
  [/^(\S+) is cut short: (.+)$/, (name, why) => `${name} 不完整：${inChinese(why)}`],
  [
    /^the engine for (WebGPU|the CPU) could not be fetched \((.+)\)$/,
    (on, why) => `无法获取用于 ${on.replace('the ', '')} 的引擎（${why}）`,
  ],
  [/^the worker could not be started$/, () => '无法启动工作线程'],
  [/^a message could not be read$/, () => '收到无法读取的消息'],
  [/^the GPU was lost \((\w+)\): (.*)$/, (reason, message) => `图形设备已丢失（${reason}）：${message}`],
  [/^the GPU refused a command: (.*)$/, (message) => `图形设备拒绝了一条命令：${message}`],
  [/^its checksum is wrong$/, () => '校验和不符'],
  [/^it is compressed$/, () => '内容经过压缩'],
  [/^expected a PNG with a header$/, () => '应为带有文件头的 PNG'],
  [/^The browser gave no 2d canvas$/, () => '浏览器未提供二维画布'],
  [/^The browser made no PNG of it$/, () => '浏览器未能生成 PNG'],
  [/^The browser’s recorder failed$/, () => '浏览器的录制功能出错'],
  [/^expected (.+), got (.+)$/, (expected, got) => `应为${thing(expected)}，实际为${thing(got)}`],
  [
    /^(.+?): expected (.+), got (.+)$/,
    (what, expected, got) => `${thing(what).trim()}：应为${thing(expected)}，实际为${thing(got)}`,
  ],
];

/** What is expected and what comes instead. @type {[RegExp, (...parts: string[]) => string][]} */
const THINGS = [
  [/^a whole number from (\S+) to (\S+)$/, (from, to) => ` ${from} 到 ${to} 之间的整数`],
  [/^a number from (\S+) to (\S+)$/, (from, to) => ` ${from} 到 ${to} 之间的数值`],
  [/^a whole number that divides the image size (\S+)$/, (size) => `能整除图像尺寸 ${size} 的整数`],
  [/^a count from (\S+) to (\S+)$/, (from, to) => ` ${from} 到 ${to} 之间的步数`],
  [/^at least (.+)$/, (least) => `不小于 ${least} 的值`],
  [/^at most (\S+), the number of steps$/, (most) => `不大于步数 ${most} 的值`],
  [/^a list of (.+)$/, (names) => `由 ${names.replaceAll(', ', '、')} 组成的列表`],
  [/^one of (.+)$/, (names) => ` ${names.replace(' or ', ', ').replaceAll(', ', '、')} 之一`],
  [/^(\d+) to (\d+) colours such as (.+)$/, (from, to, such) => ` ${from} 到 ${to} 种颜色，例如 ${such}`],
  [
    /^classes with weights from (\S+) to (\S+) such as (.+)$/,
    (from, to, such) => `类别及 ${from} 到 ${to} 之间的权重，例如 ${such}`,
  ],
  [/^a loaded weaker model for autoguidance$/, () => '已加载的较弱模型，供自引导使用'],
  [/^a loaded classifier for classifier guidance$/, () => '已加载的分类器，供分类器引导使用'],
  [/^an image for (.+)$/, (method) => `供 ${method} 使用的图片`],
  [/^0, since the classifier knows no styles$/, () => ' 0，因为分类器不认识风格'],
  [/^(\d+) bytes$/, (bytes) => ` ${bytes} 字节`],
  [/^status (\d+)$/, (status) => `状态码 ${status}`],
  [/^format (\d+)$/, (format) => `格式 ${format}`],
  [/^complete entries$/, () => '完整的条目'],
  [/^one with a field missing$/, () => '缺少字段的条目'],
  [/^a complete safetensors file$/, () => '完整的 safetensors 文件'],
  [/^model file$/, () => '模型文件'],
  [/^model card$/, () => '模型卡'],
  [/^reference$/, () => '参考图'],
  [/^more$/, () => '更多'],
  [/^(none|nothing)$/, () => '空'],
];

/**
 * @param {string} text
 * @param {typeof SENTENCES} kinds
 * @returns {string | undefined}
 */
function said(text, kinds) {
  for (const [kind, say] of kinds) {
    const found = kind.exec(text);
    if (found) return say(...found.slice(1));
  }
}

/** A noun; a space comes before what is not Chinese. @param {string} text */
const thing = (text) => said(text, THINGS) ?? ` ${text}`;

/** @param {string} detail @returns {string} without its full stop */
export function inChinese(detail) {
  const bare = detail.replace(/[.。\s]+$/, '');
  return said(bare, SENTENCES) ?? bare;
}
