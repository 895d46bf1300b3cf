// @ts-check
/** Every text of the lesson, in Chinese; a step has a file of its own. */
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
  doIt: '动手做',
  stop: '停止',
  derivation: '推导',
  symbols: '符号：',
  onward: '相邻步骤',
  before: '上一步',
  next: '下一步',
  missed: (detail) => `无法获取这一步的实验（${detail}）。`,
  noModel: (name) => `这个实验需要模型 ${name}，而本站没有。`,
  badLink: (key, got, known) => `链接里写的是 ${key}=${got}，但没有这一项；可用的有：${known.join('、')}。`,
  picture: '图片',
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
});
