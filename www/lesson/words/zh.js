// @ts-check
/** Every text of the lesson, in Chinese; a step has a file of its own. */
import { html } from 'lit';
import { noise } from './zh/noise.js';
import { prediction } from './zh/prediction.js';
import { timestep } from './zh/timestep.js';
import { ddpm } from './zh/ddpm.js';
import { ddim } from './zh/ddim.js';
import { noisyClassifier } from './zh/noisy-classifier.js';
import { gradient } from './zh/gradient.js';
import { scale } from './zh/scale.js';
import { classifierFree } from './zh/classifier-free.js';
import { reference } from './zh/reference.js';
import { editing } from './zh/editing.js';
import { quality } from './zh/quality.js';
import { solvers } from './zh/solvers.js';
import { limits } from './zh/limits.js';
import { glossary } from './zh/glossary.js';

/** @param {import('./tools.js').Tools} tools @returns {import('./en.js').Words} */
export const wordsOf = (tools) => ({
  page: {
    title: 'guidelight：课程',
    description: '边做边懂引导扩散：在自己的浏览器里，用一个真实运行的模型走完十四个小步骤。',
    tagline: '边做边懂引导扩散。',
    lab: '实验室',
  },
  contents: '目录',
  coming: '请稍候……',
  views: { glossary: '术语表', papers: '论文', tasks: '可打印的习题', teach: '教师专区' },
  progress: { new: '未开始', begun: '进行中', done: '已完成' },
  done: (done, all) => `已完成 ${done} / ${all} 步`,
  computes: (reason, model) => `${reason}使用的模型是 ${model}。`,
  predict: '先预测',
  commit: '这就是我的预测',
  right: '正确答案。',
  yours: '（你的预测）',
  predicted: '和你预测的一样。',
  surprised: '不完全对，值得再看一眼。',
  predictAgain: '重新预测',
  answerFirst: '先回答上面的问题，再看结果。',
  lookAnyway: '直接看结果',
  doIt: '动手做',
  stop: '停止',
  derivation: '推导',
  symbols: '符号',
  onward: '相邻步骤',
  before: '上一步',
  next: '下一步',
  missed: (detail) => `无法获取课程的这一部分（${detail}）。`,
  noModel: (name) => `这个实验需要模型 ${name}，而本站没有。`,
  otherModel: (name, used) => `课程讲的是 emoji，用不上模型 ${name}；已改用 ${used}。`,
  badLink: (key, got, known) => `链接里写的是 ${key}=${got}，但没有这一项；可用的有：${known.join('、')}。`,
  plane: {
    title: '二维里的同一件事',
    sub: '用点代替图片，密度精确已知',
    line: '一张图片是几千维空间里的一个点，这里只有两维。密度、它的分数和分类器都是闭式公式，采样器和引导正是这一步所用的那一套。',
    density: '密度',
    densities: { blobs: '团块', ring: '圆环', spirals: '螺旋' },
    class: '类别',
    any: '不限',
    step: '已走步数',
    play: '播放',
    arrows: '分数',
    paths: '路径',
    label: (points, at, total, counts) =>
      `${points} 个点，走完 ${total} 步中的第 ${at} 步，底下是该噪声水平的密度。它们的终点：${counts}。`,
    ends: (counts) => `各点终点的类别：${counts}。`,
    follows: (sampler, steps) => `跟随上面的控件：${sampler}，${steps} 步。`,
  },
  picture: '图片',
  ownPicture: '你自己的图片',
  again: '再来一次',
  goOn: '继续',
  earlier: '先前的',
  timestep: '时间步 t',
  steps: {
    noise: noise(tools),
    prediction: prediction(tools),
    timestep: timestep(tools),
    ddpm: ddpm(tools),
    ddim: ddim(tools),
    'noisy-classifier': noisyClassifier(tools),
    gradient: gradient(tools),
    scale: scale(tools),
    'classifier-free': classifierFree(tools),
    reference: reference(tools),
    editing: editing(tools),
    quality: quality(tools),
    solvers: solvers(tools),
    limits: limits(tools),
  },
  glossary: glossary(tools),
  glossaryLine: '每条术语都附有符号、出处论文，以及本程序中计算它的那几行代码。',
  papersLine: '课程所依据的论文，以及各自带来的术语。',
  taughtIn: (title) => `课程中：${title}`,
  cite({ authors, year }) {
    const names = authors.split(', ');
    const [first = ''] = names;
    return `${names.length === 1 ? first : names.length === 2 ? names.join(' 与 ') : `${first} 等`}，${year}`;
  },
  withAnswers: '附答案（另起一页）',
  print: '打印',
  answersTitle: '答案',
  teach: {
    idea: html`<p>选出课堂需要的步骤和要略去的部分，把链接发给学生即可。每一步也可以单独成卡片，放进你自己的网页。
      无需安装，没有账号，学习者所做的一切都不会离开他们的电脑。</p>
      <p><a href="#tasks">习题</a>可以打印，带不带答案都行。预测和进度只保存在学习者自己的浏览器里。</p>`,
    cards: '步骤',
    hide: '略去',
    parts: {
      question: '预测题',
      derivation: '推导',
      companion: '二维对照图',
      contents: '步骤列表',
      lab: '通往实验室的链接',
    },
    language: '语言',
    theirs: '随读者的浏览器',
    link: '链接',
    frame: '放进你的网页',
    copy: '复制',
    copied: '已复制。',
    chooseOne: '请至少选择一步。',
    notCopied: '浏览器不允许复制：请选中文字自行复制。',
    embedding: html`<h3>如何嵌入</h3>
      <p>把上面几行放进任何允许 HTML 的网页（例如课程页面），就能显示所选的步骤。只选一步并略去“步骤列表”，就是一张单独的卡片。
      整个程序都是静态文件：把本站的文件夹放到任何网页服务器上（不通外网的也行），改用它的地址即可。</p>
      <p>用 npm 搭建网页的人可以把实验室当作一个元素来用：</p>`,
    element: `import 'guidelight/demo';

<guidelight-demo src="https://example.org/guidelight/" settings="class=animal&steps=25&autoplay=1"></guidelight-demo>`,
    more: html`<p>实验室本身也有能锁定或隐藏控件的链接：打开实验室，在保存运行的地方选择“教师专区”，复制链接即可。
      锁定只是为了方便上课，并不是保护：改一改地址就能绕过。</p>`,
  },
});
