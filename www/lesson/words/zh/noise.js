// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const noise = ({ m, term, paper }) => ({
  title: '一步到位的噪声',
  line: '图片消失在噪声里；任意多的噪声，只需一个公式。',
  idea: html`<p>${term('forward-process', '前向过程')}把图片一点点毁掉：一千个小步，每一步都把图片缩小一点，再加上一点高斯噪声。这里没有任何东西需要学习，也不必一步步走完：高斯之和仍是高斯，所以从图片 ${m('x_0')} 到任何${term('timestep', '时间步')} ${m('t')} 都只是一跳。</p>
    <p>${m('forward')}</p>
    <p>${m('eps')} 是取自 ${m('normal')} 的噪声，${m('abar')} 表示图片还剩多少：开始时是 1，结束时几乎是 0（${paper('ho2020', 'Ho 等，2020')}，式 4）。</p>`,
  task: html`<p>把时间步从 0 拖到 999，或者按播放，找出从哪里开始你再也认不出它是什么。在一跳的旁边，同一张图片走完了所有的小步：比较这两张图片，也比较它们各加了什么。</p>`,
  question: {
    ask: '走到一半，也就是 999 中的第 500 个时间步，还剩下什么？',
    options: [
      '几乎什么都不剩：噪声很早就赢了。',
      '图片和噪声差不多各占一半，还能猜出是什么。',
      '几乎全都在：噪声到最后才出现。',
    ],
    answer: 1,
    reveal: html`<p>这个模型用的是 ${paper('nichol2021', 'Nichol 与 Dhariwal，2021')} 的余弦调度：走到中间时 ${m('abar')} 接近二分之一，图片和噪声的分量差不多。最早的 DDPM 用的线性调度，此时只剩不到十分之一。</p>`,
  },
  experiment: {
    play: '播放',
    otherNoise: '换一份噪声',
    pictures: {
      jump: { name: '一跳到位', label: '一跳到所选时间步的加噪图片' },
      noise: { name: '其中的噪声', label: '混进去的噪声' },
      chain: {
        name: (/** @type {number} */ steps) => `走了 ${steps} 小步`,
        label: '一小步一小步走到所选时间步的加噪图片',
      },
    },
    mix: (/** @type {number} */ signal, /** @type {number} */ noise) =>
      `一跳：${signal.toFixed(3)} × 图片 + ${noise.toFixed(3)} × 噪声`,
    added: {
      title: '所加噪声的分布',
      chain: '小步累积的，逐个数出',
      jump: '一跳所加的：钟形曲线',
      says: (/** @type {number} */ steps, /** @type {string} */ mean, /** @type {string} */ deviation) =>
        `以一跳所加的噪声为单位，${steps} 个小步一共加了：均值 ${mean}，标准差 ${deviation}。`,
    },
  },
  derivation: {
    title: '为什么一千步等于一步',
    lines: [
      { says: html`一小步先乘上一个略小于 1 的数，再加上方差为 ${m('beta')} 的噪声。`, formula: 'forward-step' },
      { says: '连走两步，两份噪声相互独立，记 α = 1 − β：', formula: 'forward-twice' },
      { says: '独立高斯的方差相加，两份噪声就成了一份。', formula: 'variances-add' },
      { says: '如此反复，一直回到图片：', formula: 'forward-jump' },
    ],
    symbols: ['abar'],
  },
});
