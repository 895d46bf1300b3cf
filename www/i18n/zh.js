// @ts-check
/** Every text of the page, in Simplified Chinese: the same names as in `en.js`, in the same order. */
import { megabytes, percentage, scientific } from './format.js';
import { inChinese } from './zh-details.js';

/** @typedef {import('../url.js').Problem} Problem */
/** @typedef {import('../protocol.js').Reason} Reason */
/** @typedef {import('../reference.js').Refusal} Refusal */

/** @param {number} value */
const compact = (value) => value.toLocaleString('zh-CN', { notation: 'compact', maximumFractionDigits: 1 });

/** Tenths below 10 ms. @param {number} ms */
const duration = (ms) =>
  ms >= 1000 ? `${(ms / 1000).toFixed(1)} 秒` : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} 毫秒`;

const WHEN = '作用区间与调度';

/** Guidance methods and starts. @type {Record<string, import('./en.js').EntryText>} */
const ENTRIES = {
  conditional: { name: '类别标签', line: '直接把类别告诉网络。' },
  'classifier-free': {
    name: '无分类器引导',
    line: '放大类别标签带来的差别。每步调用网络两次。',
    more: '负类别、作用区间与调度',
  },
  classifier: {
    name: '分类器引导',
    line: '把每一步推向分类器所认定的类别。',
    more: '风格、作用区间与调度',
  },
  autoguidance: {
    name: '自引导',
    line: '远离较弱网络会给出的结果。每步两个网络都要调用。',
    more: WHEN,
  },
  composed: { name: '类别组合', line: '把多个类别的方向加在一起。', more: WHEN },
  ilvr: { name: '参考图（ILVR）', line: '保留参考图的大致布局。' },
  repaint: {
    name: '图像修补（RePaint）',
    line: '保留图片的一部分，重画其余部分；不时沿链退回重走，使两部分衔接自然。',
  },
  palette: {
    name: '调色板',
    line: '把 x̂₀ 的每个像素拉向几种颜色中最近的一种；梯度穿过去噪网络。',
    more: WHEN,
  },
  symmetry: { name: '对称', line: '把 x̂₀ 拉向它的镜像；梯度穿过去噪网络。', more: WHEN },
  noise: { name: '噪声', line: '只用种子生成的噪声。', more: '向另一个种子过渡' },
  sdedit: { name: '加噪图片（SDEdit）', line: '图片的细节淹没在噪声中，由模型重新画出。' },
  inversion: {
    name: '图片反演（DDIM）',
    line: '从图片出发逆向运行；η = 0 时，去噪会回到原图；途中换一个类别，则得到原图的变体。',
  },
};

/** Classes and styles of the models, by their names in the settings. @type {Record<string, string>} */
const LABELS = {
  none: '无',
  face: '表情',
  person: '人物',
  hand: '手势',
  animal: '动物',
  plant: '植物',
  food: '食物',
  vehicle: '交通工具',
  building: '建筑',
  sky: '天空',
  clothing: '服饰',
  heart: '爱心',
  sign: '标志',
  't-shirt': 'T 恤',
  trouser: '裤子',
  pullover: '套头衫',
  dress: '连衣裙',
  coat: '外套',
  sandal: '凉鞋',
  shirt: '衬衫',
  sneaker: '运动鞋',
  bag: '包',
  'ankle-boot': '短靴',
  noto: 'Noto',
  'noto-v1': 'Noto 初版',
  twemoji: 'Twemoji',
  'fluent-flat': 'Fluent 扁平',
  'fluent-3d': 'Fluent 立体',
  emojione: 'EmojiOne',
  fxemoji: 'FxEmojis',
};

/** The settings of a method's interval and schedule. @param {string} method */
const when = (method) => ({
  [`${method}-from`]: { name: '起始位置' },
  [`${method}-to`]: { name: '终止位置', line: '占全部时间步的比例：1 为纯噪声，0 为图像。' },
  [`${method}-curve`]: { name: '调度' },
});

/** What a setting may be; a space comes before what is not Chinese. @param {NonNullable<Problem['spec']>} spec */
function expected(spec) {
  switch (spec.kind) {
    case 'choice':
      return ` ${spec.choices?.join('、')} 之一`;
    case 'list':
      return ` none，或以逗号分隔的 ${spec.choices?.join('、')}`;
    case 'steps':
      return ` ${spec.min} 到 ${spec.max} 之间的步数，或 ddim25、karras25、10,15、at0-400-999 这样的重采样写法`;
    case 'name':
    case 'class':
    case 'style':
      return '一个名称';
    case 'text':
      return '一段文字';
    default: {
      const noun = spec.kind === 'integer' ? '整数' : '数值';
      if (spec.max === undefined || spec.max >= Number.MAX_SAFE_INTEGER) return `不小于 ${spec.min ?? 0} 的${noun}`;
      return ` ${spec.min ?? 0} 到 ${spec.max} 之间的${noun}`;
    }
  }
}

/** @type {import('./en.js').Strings} */
export const strings = {
  // The page around its parts.
  page: {
    title: 'guidelight：看得见、可操控的引导扩散',
    description: '在自己的浏览器里逐步观看表情图去噪，用分类器的梯度或自己的图片加以引导，并拆解其中的每一步。',
    tagline: '看得见、可操控、可拆解的引导扩散。',
    trainedOn: '训练数据为自由许可的表情图与 Fashion-MNIST：',
    credits: '致谢',
    code: '代码许可：',
    or: '或',
    stays: '一切都在本机进行，不会上传任何内容。',
    lesson: '课程',
    whole: '打开完整页面',
  },
  language: '语言',
  languageMissed: (name, detail) =>
    `无法获取${name}文本（${inChinese(detail)}），页面仍用中文；再次选择${name}即可重试。`,
  theme: '配色',
  themes: { system: '跟随系统', light: '浅色', dark: '深色' },

  // Terms, one colour each. `symbol` is MathML-free text for labels that are read aloud.
  terms: {
    xt: { name: '样本', spoken: 'x t', line: '从噪声走向图像：当前所处的状态。' },
    x0: { name: '预测', spoken: 'x 零帽', line: '噪声之下预计的图像。' },
    eps: { name: '噪声', spoken: '伊普西龙', line: '被视为噪声的部分；灰色为零。' },
    gradient: {
      name: '引导',
      spoken: '给定 x t 时 y 的对数概率的梯度',
      line: '引导推动的方向；灰色为零。',
    },
    steered: { name: '修正', spoken: '伊普西龙的改变量', line: '引导加到噪声上的部分；灰色为零。' },
    reference: { name: '参考图', spoken: '参考图', line: '所选图片，缩放到模型的尺寸。' },
    lowpass: { name: '低通', spoken: '参考图的低通，斐 N', line: 'ILVR 保留的布局。' },
    detail: { name: '细节', spoken: 'x t 减去它的低通', line: 'ILVR 留给模型的部分；灰色为零。' },
  },
  pictureLabel: (name, spoken, when) => `${name}，${spoken}：${when}`,
  afterStep: (step, total) => `第 ${step} 步之后，共 ${total} 步`,
  atModelSize: (name) => `${name}，已缩放到模型的尺寸`,
  empty: '空',
  beforeStep: (fromPicture) => (fromPicture ? '加噪后的图片' : '纯噪声'),
  noFrame: '点击播放。',
  noGradient: '未启用梯度类方法。',
  notGuidedHere: '这一步没有引导。',
  noReference: '拖入、粘贴或选择一张图片。',

  play: '播放',
  pause: '暂停',
  step: '前进',
  back: '后退',
  restart: '重来',
  keys: [
    ['空格', '播放或暂停'],
    ['← →', '后退、前进'],
    ['R', '重来'],
    ['G', '叠加引导'],
  ],
  timeline: '时间线',
  timelineValue: (step, total, fromPicture, jumps) =>
    step === 0
      ? `${fromPicture ? '加噪后的图片' : '纯噪声'}，第 1 步之前，共 ${total} 步`
      : `第 ${step} 步之后，共 ${total} 步${jumps ? '，随后回跳' : ''}`,
  jump: '此步之后回跳',

  stepCount: (step, total) => `${step} / ${total}`,
  readout: {
    step: '步数',
    t: '时间步',
    abar: '信号',
    norm: '梯度',
    probability: '类别',
    distance: '距离',
    time: '用时',
  },
  readoutHelp: { distance: 'φ(x_t) − φ(参考图) 的均方根' },
  milliseconds: (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(1)} 秒` : `${Math.round(ms)} 毫秒`),
  percent: (share) => `${percentage(share)}%`,

  probabilities: '分类器所见',
  probabilitiesLine: '只凭带噪图像，对各类别的置信度。',
  noProbabilities: '加载分类器后，从第一步起显示。',
  bar: (name, share) => `${name}：${share}`,
  trace: '全程变化',
  traceLine: '每一步对所选类别的置信度，以及梯度的长度。',
  traceLabel: (name, share, step) => `${step} 步中对“${name}”的置信度，当前为 ${share}`,
  traceProbability: (name) => `p(${name})`,
  traceNorm: '‖∇‖',
  equation: '这一步的公式',

  controls: '控制',
  model: '模型',
  class: '类别',
  style: '风格',
  any: '任意',
  styleLine: '供“类别标签”和“无分类器引导”使用：由网络读取。',
  method: '引导方法',
  entry: ({ name, label, help }) => ENTRIES[name] ?? { name: label, line: help },
  label: (name) => LABELS[name] ?? name,
  more: '更多设置',
  changed: (count) => `已改 ${count} 项`,
  needsClass: '未选类别时不起作用。',
  needsText: '填写内容之前不起作用。',
  needsReference: '需要一张图片：见“参考图片”。',
  noWeaker: (model) => `自引导需要同类的较弱模型，而 ${model} 没有。`,
  weakerMissed: (weaker, detail) => `自引导需要 ${weaker}，但未能取得（${inChinese(detail)}）；再次播放即可重试。`,
  noClassifier: (model) => `${model} 没有配套的分类器。`,
  settings: {
    'cfg-weight': { name: '引导权重 w', line: '1 即只用类别标签；越大越夸张。' },
    'cfg-rescale': { name: '重缩放 φ', line: '收回大权重带来的过高对比度。' },
    scale: { name: '引导强度 s', line: '梯度推动的力度。0 为关闭。' },
    eta: { name: '噪声 η', line: '0 为确定性采样；1 与 DDPM 加的噪声相同。' },
    order: { name: '阶数', line: '每步参考几次预测；2 即“2M”，3 即“3M”。' },
    clip: { name: 'x̂₀ 的范围', line: '预测超出 −1 … 1 时如何处理。' },
    'clip-quantile': { name: '阈值之内', line: 'x̂₀ 中不会被压到边界的比例。' },
    'down-n': { name: '粗糙度 N', line: 'φ 先缩小 N 倍再放大：越大越自由。' },
    'range-t': { name: '末尾自由步数', line: '最后这些步不受参考图约束。' },
    kernel: { name: 'φ 的滤波核' },
    'reference-level': { name: '参考图的噪声水平' },
    'cfg-negative': { name: '远离', line: '放大的是与这一类别之间的差别。' },
    'scale-style': { name: '风格占比', line: '除类别外，梯度在多大程度上也偏向所选风格。' },
    'scale-at': { name: '求梯度处', line: '取 x̂₀ 时，梯度还会反向穿过去噪网络。' },
    'auto-weight': { name: '引导权重 w', line: '1 即只用模型本身；越大离得越远。' },
    compose: { name: '类别与权重', line: '类别用英文名；省略权重即为 1；负权重表示远离。' },
    keep: { name: '保留' },
    'jump-length': { name: '回跳步数', line: '每次沿链退回多远。' },
    'jump-times': { name: '每段遍数', line: '1 即从不退回；越多越协调，也越慢。' },
    palette: { name: '颜色', line: '十六进制，最多 16 种。' },
    'palette-scale': { name: '强度' },
    'symmetry-scale': { name: '强度' },
    mirror: { name: '镜像' },
    without: {
      name: '更新中略去的项',
      line: '以逗号分隔的 xt、x0、earlier-x0、eps、gradient、steered、noise；每一步都不计入这些项。',
    },
    ...when('cfg'),
    ...when('scale'),
    ...when('auto'),
    ...when('compose'),
    ...when('palette'),
    ...when('symmetry'),
    strength: { name: '退回程度', line: '1 从纯噪声开始；越小保留的图片越多。' },
    blend: { name: '向另一种子过渡', line: '0 为本种子的噪声，1 为另一种子的噪声。' },
    'blend-seed': { name: '另一种子' },
  },
  choices: {
    ddim: 'DDIM',
    ddpm: 'DDPM',
    dpmpp: 'DPM++',
    'dpmpp-sde': 'DPM++ SDE',
    unipc: 'UniPC',
    euler: '欧拉',
    'euler-ancestral': '祖先欧拉',
    heun: 'Heun',
    model: '依模型而定',
    static: '截断',
    dynamic: '动态阈值',
    none: '不限',
    auto: '自动',
    webgpu: 'WebGPU',
    cpu: 'CPU',
    paper: 't − 1，与论文一致',
    code: 't，与公开代码一致',
    constant: '恒定',
    rising: '越接近图像越强',
    falling: '越接近图像越弱',
    cosine: '余弦：先弱，后期全力',
    'x-t': 'x_t',
    'x-start': 'x̂₀',
    border: '边缘',
    middle: '中间',
    left: '左半',
    right: '右半',
    top: '上半',
    bottom: '下半',
    'left-right': '左右',
    'top-bottom': '上下',
    cubic: '双三次',
    lanczos2: 'Lanczos 2',
    lanczos3: 'Lanczos 3',
    linear: '双线性',
    box: '均值',
  },
  sampler: '采样器',
  samplers: {
    ddim: '步数少、步幅大；η = 0 时，图像只由初始噪声决定。',
    ddpm: '与训练时一样，每步加入新噪声；需要较多步数。',
    dpmpp: '由前几次预测外推：10 到 20 步即可得到好图像。',
    'dpmpp-sde': '每步加入新噪声的 DPM++，能修正前面步骤的误差。',
    unipc: '像 DPM++ 一样预测，再用下一次预测校正；不到 10 步也不错。',
    euler: '沿常微分方程的斜率前进；等同于 η = 0 的 DDIM。',
    'euler-ancestral': '每步加入新噪声的欧拉法；等同于 η = 1 的 DDIM。',
    heun: '同时考虑两端的斜率：每步调用网络两次，配合 karras15 效果最好。',
  },
  steps: '步数',
  stepsLine: '填写步数，或 ddim25、karras25、10,15、at0-400-999 这样的重采样写法。',
  stepsWrong: (got) =>
    `“${got}”不是有效步数：应为 2 到 1000，或 ddim25、karras25、10,15、at0-400-999 这样的重采样写法。`,
  seed: '随机种子',
  dice: '换一个种子',
  seedWrong: (got) => `“${got}”不是有效种子：应为 0 到 ${Number.MAX_SAFE_INTEGER} 之间的整数。`,
  backend: '计算设备',

  start: '起点',
  referenceTitle: '参考图片',
  choosePicture: '选择图片',
  chooseAnother: '换一张',
  removePicture: '移除',
  orDrop: '也可拖入或粘贴到页面任意处',
  fit: '适配',
  fits: { crop: '裁成方形', whole: '完整显示' },
  useReference: '用于',

  // The studio: pictures to draw, to crop and to mask, and galleries of what comes of them.
  drawing: '手绘图',
  draw: '绘制',
  drawTitle: '绘制图片',
  adjust: '裁剪',
  close: '关闭',
  cancel: '取消',
  again: '再来一次',
  undo: '撤销',
  redo: '重做',
  clear: '清空',
  invert: '反转',
  tool: '工具',
  tools: { brush: '画笔', eraser: '橡皮擦', fill: '填充' },
  brushSize: '画笔大小',
  brushAt: (column, row) => `第 ${column} 列，第 ${row} 行`,
  padHelp: '拖动即可绘制。使用键盘：方向键移动画笔，同时按 Shift 移动更快；空格键落笔，按住可连续绘制。',
  colour: '颜色',
  colours: {
    black: '黑色',
    red: '红色',
    orange: '橙色',
    yellow: '黄色',
    green: '绿色',
    blue: '蓝色',
    purple: '紫色',
    brown: '棕色',
    pink: '粉色',
    skin: '肤色',
  },
  ownColour: '自选颜色',
  drawLabel: '画板，尺寸与模型一致',
  cropTitle: '选取区域',
  cropLabel: '参考图片：方框内为所用区域',
  cropHelp: '拖动可移动，双指捏合或滚动可缩放。使用键盘：方向键移动，+ 和 − 缩放。',
  zoom: '缩放',
  atThatSize: '按模型尺寸',
  peekLowpass: (n) => `N = ${n} 时的 φ`,
  peekStart: (strength) => `由此开始，程度 ${strength}`,
  maskTitle: '选择重画的部分',
  maskLabel: '图片上的蒙版：棋盘格部分将被重画',
  maskTools: { hole: '重画', keep: '保留' },
  maskKeeps: (share) => `保留图片的 ${Math.round(share * 100)}%。`,
  maskLine: '棋盘格部分交给模型，其余保持不变。样本上也会标出这一区域。',
  maskThumb: '带蒙版的图片',
  maskInstead: '改用所绘的蒙版。',
  paintMask: '绘制蒙版',
  changeMask: '修改蒙版',
  removeMask: '移除蒙版',
  initTitle: '另选一张起始图片',
  initLine: '上方的图片供 ILVR 参照；这一张用作起点，并供图像修补使用。',
  galleryTitle: '一览',
  galleries: {
    levels: {
      name: 'N × 种子',
      title: '粗糙度 N 与种子对照',
      line: '对同一张图片的约束由紧到松。选择其中一张即可在运行中打开。',
    },
    styles: {
      name: '所有风格',
      title: '同一张图片的所有风格',
      line: '只有风格不同。选择其中一张即可在运行中打开。',
    },
  },
  galleryDone: (done, total) => `已完成 ${done} / ${total}`,
  galleryCell: (patch) =>
    'style' in patch
      ? (LABELS[patch.style] ?? String(patch.style))
      : `N\u00a0${patch['down-n']} · 种子\u00a0${patch.seed}`,
  openCell: (name) => `${name}：在运行中打开`,
  galleryBroke: (detail) => `图集生成中断：${inChinese(detail)}。`,
  dialogMissed: '无法获取页面的这一部分：请检查网络连接后重试。',
  doctor: {
    title: 'GPU 诊断',
    line: '检测此浏览器和本机的能力。不会发送任何内容：报告只由用户自行复制。',
    copy: '复制报告',
    copied: { yes: '已复制。', no: '浏览器不允许复制：请选中下方文本，手动复制。' },
    asText: '文本报告',
    examining: '正在检测……',
    unknown: '未提供',
    none: '无',
    yes: '是',
    no: '否',
    noEngine: '未知：引擎尚未启动',
    noModel: '未知：尚未加载模型',
    noClassifier: '未计时：此模型没有分类器',
    notYet: '暂无：尚未运行任何一步',
    page: '本页面',
    browser: '浏览器',
    cores: '处理器核心数',
    memory: '引擎内存',
    bytes: (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`,
    number: (value) => value.toLocaleString('zh-CN'),
    adapter: '图形适配器',
    missing: {
      'no-webgpu': '无：此浏览器不提供 WebGPU',
      'no-adapter': '无：WebGPU 找不到图形适配器',
    },
    vendor: '厂商',
    architecture: '架构',
    device: '设备',
    fallback: '由软件模拟',
    features: '特性',
    backend: '后端',
    selfTest: '自检',
    selfTestCpu: 'CPU 是其他后端的比较基准。',
    selfTestSays: (difference, tolerance) =>
      `${difference <= tolerance ? '通过' : '未通过'}：误差为 ${scientific(difference)}，最多允许 ${scientific(tolerance)}`,
    times: '用时',
    once: duration,
    firstAndLast: (first, last) => `首次 ${duration(first)}，最近 ${duration(last)}`,
    answers: { opened: '启动引擎', loaded: '加载模型', frame: '运行一步' },
    cases: {
      unet: '去噪网络',
      classifier: '分类器',
      gradient: '分类器梯度',
      guided: '分类器引导的一步',
      cfg: '无分类器引导的一步',
    },
  },

  // What goes on, for the status line.
  status: {
    loading: '正在启动引擎……',
    ready: '就绪。',
    inverting: '正在反演图片：沿链逆行，从图片走到它的噪声。',
    running: (total) => `正在运行，共 ${total} 步。`,
    paused: (step, total) => `已在第 ${step} 步之后暂停，共 ${total} 步。`,
    done: (total, verdict) => `完成，共 ${total} 步。${verdict}`,
    error: '已停止。',
    recorded: '引擎到达之前，先播放一段录像。',
    recordedReady: '以上是录像。引擎已就绪：点击播放即在本机计算。',
    recordedOther: (shown, asked) => `录像中是“${shown}”；“${asked}”要到实时运行时才有。`,
    onlyRecorded: '已停止。这里能播放的是一段录像。',
    live: (reason, recorded) => `${recorded ? '录像结束，现为实时计算。' : '实时计算。'}${reason}`,
    replaying: (total) => `正在重新计算这条分支的 ${total} 步，以便从其末端继续。`,
    verdict: (name, share) => `分类器给“${name}”的概率为 ${share}。`,
    willFork: (step) => `下一步将从第 ${step} 步之后分叉，采用新设置。`,
    standsIn: (small, large) => `${large} 到达之前，先由 ${small} 代替。`,
    goesOn: (small, large) => `继续使用 ${small}；${large} 未能取得。`,
    lastRun: (small, large) => `这次运行用的是 ${small}；${large} 已到达，下次运行改用它。`,
    tookOver: (small, large) => `${large} 已到达，接替了 ${small}。`,
    willRestart: '所改设置需要重新运行：下一步将从头开始。',
  },
  downloading: (received, bytes, names, attempt) =>
    `正在下载 ${names.join('、')}：${megabytes(received)} / ${megabytes(bytes)} MB${attempt > 1 ? `，第 ${attempt} 次尝试` : ''}`,
  inverted: (done, total) => `逆行：${done} / ${total} 步`,
  readingCache: (names) => `正在从缓存读取 ${names.join('、')}`,
  forNow: (large, small) => `${large}（暂用 ${small}）`,
  source: { cache: '来自缓存', network: '已下载' },
  modelFacts: (model, source) =>
    `${compact(model.parameters)}个参数，${megabytes(model.bytes)} MB${source ? `，${source}` : ''}`,

  backendReason: (name, adapter, { code, detail, difference }) => {
    const on = adapter ? `（${adapter}）` : '';
    switch (code) {
      case 'works':
        return `WebGPU${on}：自检与 CPU 的结果相差 ${scientific(difference)}，一致。`;
      case 'asked':
        return '按所选使用 CPU。';
      case 'no-webgpu':
        return '使用 CPU：此浏览器不提供 WebGPU。';
      case 'no-adapter':
        return '使用 CPU：WebGPU 在此找不到图形适配器。';
      case 'software-adapter':
        return '使用 CPU：此处的 WebGPU 由软件模拟，速度更慢。';
      case 'no-timestamp-query':
        return '使用 CPU：此图形适配器缺少 WebGPU 计算所需的 timestamp-query。';
      case 'self-test':
        return `使用 CPU：WebGPU 未通过自检，误差为 ${scientific(difference)}。`;
      case 'failed':
        return `使用 CPU：WebGPU 无法启动：${inChinese(detail ?? '')}。`;
      case 'lost':
        return '使用 CPU：图形设备发生故障。';
      case 'crashed':
        return '使用 CPU：WebGPU 计算中途停止。';
      default:
        return name;
    }
  },

  lanes: {
    title: '对比',
    line: '在这次运行旁边最多再加五次，种子相同、步调一致：每次只在所选设置上不同。',
    add: '添加运行',
    with: '一旁添加：',
    presets: {
      plain: () => '无引导',
      method: (name) => name,
      sampler: (name) => `采样器 ${name}`,
      fewer: (steps) => `${steps} 步`,
      model: (name) => `模型 ${name}`,
    },
    setting: '不同的设置',
    value: '取值',
    run: '运行',
    addOne: '添加',
    sweep: (count) => `扫描 ${count} 个值`,
    sweepHelp: (values) => `本次运行与 ${values.join('、')} 并列，取代下方各次运行。`,
    full: '最多六次运行：移除一次才能再添加。',
    replaced: (count) => `原先的 ${count} 次运行已移除。`,
    count: (count) => (count === 0 ? '没有可对比的运行。' : `旁边有 ${count} 次运行。`),
    here: '本次运行',
    base: '与此对比',
    changes: (words) => words.map(({ name, value }) => (value ? `${name}：${value}` : name)).join('，'),
    picture: '画面',
    difference: '与本次运行的差异',
    differences: { off: '关闭', absolute: '绝对值', signed: '带符号' },
    legend: {
      absolute: ['相同', '相差 ½ 值域'],
      signed: ['暗 ½ 值域', '亮 ½ 值域'],
    },
    rms: (value) => value.toFixed(3),
    rmsName: '均方根',
    rmsHelp: '差异的均方根，以占值域的比例计',
    mapLabel: (title, rms) => `${title}：与本次运行的差异，均方根为 ${rms}`,
    noPicture: '此处没有。',
    adoptShort: '设为主运行',
    adopt: (title) => `将“${title}”设为主运行`,
    remove: (title) => `移除“${title}”`,
    clear: '全部移除',
    stopped: (problem) => {
      switch (problem.code) {
        case 'engine':
          return `${inChinese(problem.message)}。`;
        case 'lacking':
          return `“${ENTRIES[problem.entry.name]?.name ?? problem.entry.label}”需要参考图片：请选择、拖入或粘贴一张。`;
        case 'model':
          return `${problem.name} 不能与本次运行并列：应为尺寸和类别都相同的模型。`;
        case 'late':
          return '所改设置只能在起点更改：请重来，再作对比。';
      }
    },
    badValue: (name, got, spec) => `${name}不能取“${got}”：应为${expected(spec)}。`,
    badAddress: ({ code, lane, got, key, spec }) => {
      switch (code) {
        case 'many':
          return `地址要求对比 ${got} 次运行，但最多 5 次，因此忽略了其余部分。`;
        case 'part':
          return `地址在第 ${lane} 次对比运行中要求“${got}”，但应为以半角冒号相连的设置与取值，已忽略。`;
        case 'key':
          return `地址在第 ${lane} 次对比运行中要求“${got}”，但它不是运行的设置，已忽略。`;
        case 'value':
          return `地址在第 ${lane} 次对比运行中要求 ${key} 为“${got}”，但应为${spec ? expected(spec) : '其他值'}，已忽略。`;
      }
    },
  },

  // One sentence each, in the alert box.
  badParameter: ({ key, got, used, spec, detail }) => {
    if (spec === undefined) return `地址中的参数“${key}”无法识别，已忽略。`;
    const wrong = detail ? `但${inChinese(detail)}` : `但应为${expected(spec)}`;
    return `地址要求 ${key}=${got}，${wrong}，因此${used === '' ? '留空' : `改用 ${used}`}。`;
  },
  badAddress: (count) => `地址中有 ${count} 处无法使用：`,
  lacksReference: (method) => `“${method}”需要参考图片：请选择、拖入或粘贴一张，或者停用该方法。`,
  noManifest: (detail) => `无法获取模型列表（${inChinese(detail)}）`,
  cannotStart: (detail) => `页面无法启动：${inChinese(detail)}。`,
  broke: ({ kind, detail, toCpu, wasRunning }) => {
    const what = kind === 'lost' ? `图形设备出现故障（${inChinese(detail)}）` : `计算中断（${inChinese(detail)}）`;
    const then = toCpu ? '已改用 CPU 继续' : '已重新启动';
    return `${what}；${then}，设置均已保留${wasRunning ? '，本次运行从头开始' : ''}。`;
  },
  brokeAgain: (detail) => `计算多次中断（${inChinese(detail)}），因此不再自动重启；设置均已保留。`,
  notArrived: (large, small, detail) => `未能取得 ${large}，继续使用 ${small}（${inChinese(detail)}）。`,
  modelNotKept: (wanted, kept) => `本机没有保存 ${wanted}，因此仍使用 ${kept}；联网后即可加载 ${wanted}。`,
  modelMissed: (wanted, kept, detail) =>
    `未能取得 ${wanted}，因此仍使用 ${kept}（${inChinese(detail)}）；再次选择 ${wanted} 即可重试。`,
  classifierMissed: (name, detail) => `未能取得 ${name}，因此已停用需要它的方法（${inChinese(detail)}）。`,
  awaitsClassifier: (name) => `它需要 ${name}，但未能取得。`,
  engineRefused: (detail) => `引擎拒绝了这一步：${inChinese(detail)}。`,
  refusedPicture: (refusal) => {
    switch (refusal.code) {
      case 'nothing':
        return '其中没有图片文件：应为 PNG、JPEG、WebP 或 GIF。';
      case 'type':
        return `本页无法读取这种图片：应为 PNG、JPEG、WebP 或 GIF，实际为 ${refusal.got || '其他类型'}。`;
      case 'pixels':
        return `图片过大：最多 5000 万像素，实际为 ${refusal.width} × ${refusal.height}。`;
      case 'broken':
        return `无法解码这张 ${refusal.type} 图片：文件似乎已损坏或不完整。`;
    }
  },
  notCached: (detail) => `无法为下次访问保存模型权重（${inChinese(detail)}）。`,
  retry: '重试',
  dismiss: '关闭',

  // Saving, sharing, coming back.
  save: {
    open: '保存…',
    title: '保存与分享',
    close: '关闭',
    busy: (share) => `正在保存 ${Math.round(share * 100)}%`,
    picture: '图片',
    pictureLine: '当前显示的样本。图片中带有设置：拖回页面即可恢复。',
    film: '动画',
    filmLine: '到目前为止的每一步。',
    filmShow: '动画的内容',
    shows: { xt: 'xₜ', x0: 'x̂₀', both: '两者' },
    here: '一切都在浏览器中生成。',
    noSteps: '还没有任何一步：请先点击播放。',
    trajectory: '轨迹',
    trajectoryLine: '每一步的图像与数值，供 NumPy 读取。',
    settings: '设置',
    settingsLine: '供本页面和“guidelight sample --settings”使用。',
    openSettings: '打开…',
    share: '分享',
    lesson: '课堂',
    lessonLine: '可隐藏或锁定课堂上用不到的内容的链接。',
    copyLink: '复制链接',
    copyCommand: '复制为命令行',
    cancel: '取消',
    under: (name) => `正在保存 ${name}……`,
    done: (name) => `已保存 ${name}。`,
    cancelled: '已取消，未保存任何内容。',
    failed: (name, detail) => `无法保存 ${name}：${inChinese(detail)}。`,
    noWebm: '此浏览器无法录制 WebM；请改为保存 GIF。',
    linkCopied: '链接已复制。',
    commandCopied: (picture) =>
      `命令行已复制。${picture === undefined ? '' : `它会从文件 ${picture} 读取参考图片，并裁成方形。`}`,
    maskStays: '绘制的蒙版也留在本机。',
    pictureStays: '参考图片仍留在本机：打开链接的人也需要有这张图片。',
    steered: '得到的是一次不变的运行：途中所作的更改不在其中。',
    refused: '浏览器拒绝访问剪贴板；文本已在此选中，可手动复制。',
    copyByHand: '待复制的文本',
  },
  restored: ({ name, settings, forked, held, needsPicture, problems }) =>
    [
      `${name ? `${name} ` : '这张图片'}带来了它的设置${settings.length > 0 ? `：${settings.map((word) => `${word.name} ${word.value}`).join('，')}` : ''}。`,
      forked ? '该次运行途中改过设置，这里采用最后一组。' : '',
      held.length > 0 ? `此链接固定了以下各项，因此保持不变：${held.join('、')}。` : '',
      needsPicture ? '这些设置需要参考图片，而文件中没有。' : '',
      problems.length > 0
        ? `以下各项无法识别，未予采用：${problems.map(({ key, got }) => `${key}=${got}`).join('、')}。`
        : '',
      '点击播放即可重新运行。',
    ].join(''),
  brokenSettings: (name, asPicture) =>
    asPicture
      ? `${name ? `${name} ` : '该图片'}中的设置已损坏，因此只把它用作参考图片。`
      : `${name ? `${name} ` : '该文件'}不是本页面的设置文件：请打开在此以“设置”保存的文件。`,
  answers: { undoRestore: '撤销', useAsPicture: '用作参考图片', reload: '重新加载' },
  newVersion: '本页面有新版本。重新加载会保留设置，但会丢弃当前运行。',
  fileName: (label, seed, rest) => `guidelight-${label}-seed${seed}${rest}`,

  // The step taken apart.
  overlay: '叠加引导',
  overlayLegend: { weak: '无推动', strong: '推动最强' },
  axes: {
    noise: '噪声',
    step: '步',
    picture: '图像',
    timestep: (t) => `t = ${t}`,
    denoising: '去噪 →',
    noising: '加噪 →',
  },
  numbers: {
    title: '这一步的数值',
    picker: '像素',
    pick: '点击任意图像中的一个像素，或在此用方向键选取。',
    at: (x, y) => `第 ${x + 1} 列，第 ${y + 1} 行`,
    unpick: '取消选取像素',
    noFrame: '从第一步起显示。',
    noParts: '这种采样器的一步不是单个求和式，因此没有可以拆开的项。',
    caption: '小字为该像素处各项的值，其后为乘以权重的结果。取消勾选的项从这一步起不再计入。',
    term: '项',
    weight: '权重',
    channels: ['红', '绿', '蓝'],
    terms: {
      xt: '样本',
      x0: '预测',
      'earlier-x0': '上一步的预测',
      eps: '噪声',
      gradient: '引导',
      steered: '修正',
      noise: '新噪声',
    },
    network: '来自网络',
    value: (value) => (Math.abs(value) < 5e-4 ? 0 : value).toFixed(3).replace('-', '−'),
    sum: '合计',
    correction: '之后的修正',
    next: '这一步之后',
    leftOut: '未计入：',
    putBack: (name) => `恢复${name}`,
  },
  lab: {
    schedule: { title: '噪声调度', line: '运行会经过哪些时间步，引导在何时起作用。' },
    forward: { title: '前向过程', line: '把图片淹没在噪声里，看还能从中辨认出什么。' },
  },
  schedule: {
    waiting: '模型到达且当前设置可以运行之后显示。',
    plotLabel: (steps, t, abar) => `信号 ᾱ 随时间步的变化，其中经过 ${steps} 个；当前 t = ${t}，ᾱ = ${abar.toFixed(3)}`,
    abar: '信号',
    strength: '强度 w(t)，刻度在右侧：',
    scrub: '在图上拖动可浏览整次运行。',
    acts: (method, from, to) => `${method}在 t = ${from} 到 ${to} 之间起作用`,
    actsNowhere: (method) => `${method}在任何时间步都不起作用`,
    limit: (t) =>
      `此模型的梯度最多用到 t = ${t}：再往上几乎全是噪声，还看不出什么，而一步会把梯度的任何说法放大许多倍。`,
    ends: { from: (method) => `${method}：靠近图像的一端`, to: (method) => `${method}：靠近噪声的一端` },
    end: (share, t) => `${Math.round(share * 100)} %，t = ${t}`,
    timesteps: '经过的时间步',
    timestepOf: (k, count) => `第 ${k} / ${count} 个时间步`,
    timestepAt: (t, abar) => `t = ${t}，ᾱ = ${abar.toFixed(3)}`,
    timestepsLine:
      '拖动圆点，或用方向键移动（按住 Shift 一次移动 10）；Page Up 和 Page Down 选择圆点，Delete 删除；在图上双击或按 + 可添加。',
    addTimestep: '在其后添加',
    removeTimestep: '删除',
    own: (count) => `自定义 ${count} 步`,
    spacing: '间隔',
    spacings: {
      even: { name: '均匀', line: '在全部时间步上均匀分布，包含两端。' },
      ddim: { name: '整数步长', line: '与 DDIM 相同：从 0 起每隔若干个取一个；并非每个步数都有这样的间隔。' },
      karras: { name: 'Karras', line: '噪声所剩无几之处更密。' },
      own: { name: '自定义', line: '由你放置；选择“均匀”即可恢复。' },
    },
  },
  forward: {
    nothing: '请选择一张图片，或先走一步：然后就有可以加噪的图像。',
    source: '加噪对象',
    sources: { reference: '参考图片', x0: '预测 x̂₀' },
    timestep: '时间步 t',
    play: '播放',
    stop: '停止',
    sweep: '测量 20 个时间步',
    swept: (done, total) => `已测量 ${done} / ${total} 个时间步`,
    invert: '反演这张图片',
    invertLine: '从它开始：先用 DDIM 逆行到它的噪声，再由噪声回到它。',
    inverted: '已为此设好：DDIM，η = 0，走完整条链，不加引导。播放便会回到这张图片。',
    pictures: {
      xt: { name: '加噪后', label: (t) => `t = ${t} 的噪声之下的图片` },
      noise: { name: '噪声', label: () => '所加的噪声' },
      x0: { name: '预测', label: (t) => `t = ${t} 时网络从中看出的图像` },
    },
    error: '损失',
    top: '最可能的类别',
    lossTitle: '损失',
    lossLabel: (count) => `损失随 t 的变化，已测量 ${count} 个时间步`,
    lossLine: '每个数的均方误差：噪声少时难以与图像区分，噪声多时则容易。',
    certaintyTitle: '分类器的判断',
    certaintyLabel: (count) => `概率随 t 的变化，已测量 ${count} 个时间步`,
    likeliest: '最可能的类别',
  },

  // The history, and what was recorded.
  history: '历史',
  historyEmpty: '每次运行都保留在这里。回到某一步，改动设置再播放：运行由此分叉，两条路都会保留。',
  historyKeys: '点击或按回车查看分支，按 Shift 加回车查看分叉处，按 Delete 移除。',
  setting: (name, value) => `${name}：${value}`,
  sentenceOf: (begun, later) => [begun.join('，'), ...later].join('；'),
  changedLater: (words, step) => `第 ${step} 步之后${words.join('，')}`,
  madeAgain: '相同设置，重新计算',
  previewRun: (words) => `预览：${words}`,
  branchLength: (from, length, total) => `${from > 0 ? `从第 ${from} 步起，` : ''}${length} / ${total} 步`,
  showFork: (step) => (step > 0 ? `查看第 ${step} 步之后的分叉处` : '查看起点'),
  removeBranch: '移除',
  bringBack: '恢复最近移除的分支',
  dropped: (count) => `最旧的 ${count} 条分支已让位给较新的分支：图像最多保留 64 MB。`,
  replayed: (done, total) => `重算：${done} / ${total} 步`,
  recorded: '录像',
  notRecorded: '实时运行时才有。',

  // For a lesson: sound, the camera, and links that leave things out.
  sound: {
    name: '声音',
    line: '每一步都能听见：风声随噪声强弱，低音随图像强弱；分类器对所选类别越有把握，高处的音就越高，最多升高两个八度。',
    refused: (detail) => `浏览器无法在此播放声音（${inChinese(detail)}）：再次选择“声音”即可重试。`,
  },
  camera: {
    open: '拍照',
    title: '拍一张照片',
    waiting: '正在等待摄像头：如果浏览器询问，请允许。',
    preview: '摄像头画面',
    which: '摄像头',
    numbered: (number) => `摄像头 ${number}`,
    mirror: '镜像',
    capture: '拍摄',
    line: '使用方形部分；可用“裁剪”另选。关闭后摄像头即停用，照片只留在本机。',
    photo: '照片',
    noPicture: '浏览器未能生成图片',
    trouble: (code, detail) => {
      switch (code) {
        case 'insecure':
          return '摄像头只能在安全地址上使用：请用 HTTPS 打开本页，或改为选择图片。';
        case 'refused':
          return '未获准使用摄像头：请在浏览器设置中允许本站使用后重试，或改为选择图片。';
        case 'framed':
          return '嵌入其他页面的框架未获准使用摄像头：请在单独的标签页中打开本页，或改为选择图片。';
        case 'none':
          return '未找到摄像头：请连接后重试，或改为选择图片。';
        case 'busy':
          return '摄像头没有画面：请关闭其他可能正在使用它的程序后重试。';
        case 'unplugged':
          return '摄像头已断开：请重新连接后重试，或改为选择图片。';
        case 'failed':
          return `无法打开摄像头（${inChinese(detail)}）：请重试，或改为选择图片。`;
      }
    },
  },
  classroom: {
    open: '教师专区',
    title: '课堂链接',
    line: '选择让打开链接的人看不到、或看得到但改不了的内容；其余保持现在的设置。它只是为了让课堂集中注意力，并不是保护：改一下地址就能看到整个页面。',
    part: '页面的部分',
    setting: '正在使用的设置',
    lock: '锁定',
    hide: '隐藏',
    locks: (name) => `锁定：${name}`,
    hides: (name) => `隐藏：${name}`,
    preferences: '配色、语言、声音',
    lab: '两个折叠部分',
    link: '链接',
    frame: '嵌入自己网页的框架',
    frameLine: '在框架的地址末尾加上“embed=1”，就只显示运行本身。',
    copyLink: '复制链接',
    copyFrame: '复制框架',
    copied: { yes: '已复制。', no: '浏览器不允许：文本已选中，可手动复制。' },
    locked: '已由此链接锁定',
    held: (names) => `此链接固定了${names.map((name) => `“${name}”`).join('、')}，因此该处未作更改。`,
    badRule: ({ code, verb, got }) =>
      code === 'unknown'
        ? `地址要求${verb === 'hide' ? '隐藏' : '锁定'}“${got}”，但应为某项设置或页面的某个部分，已忽略。`
        : `地址要求锁定“${got}”，但它只能隐藏，因此保持原样。`,
  },
};
