// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const timestep = ({ m, term, paper, lab }) => ({
  title: '走一步，以及为什么要告诉它时间步',
  line: '对图片的最佳猜测取决于该预料多少噪声，所以要把时间步告诉网络。',
  idea: html`<p>去噪的一步分两半。先由网络猜出图片 ${m('x0_hat')}，再由采样器朝它走一小段，到下一个更小的${term('timestep', '时间步')}。不能一步走到底：噪声多的时候，猜测很模糊，是背后所有可能图片的平均；一步步走下来，它才越来越清晰。</p>
    <p>看到的东西里有多少是噪声，网络自己无法确知。所以 ${m('t')} 和图片一样，也是输入。在这里你可以对它撒谎：图片加噪到 ${m('t')}，却告诉网络是 ${m('tau')}；其余的计算照旧诚实：</p>
    <p>${m('timestep-told')}</p>`,
  task: html`<p>让图片停在 ${m('t')} = 500，告诉网络别的时间步：先说得小很多，再说得大很多。然后把每个时间步都说一遍，看它在哪里猜得最准。${lab('到实验室里看一整条链', { class: 'face' })}</p>`,
  question: {
    ask: '图片加噪到 t = 500，却告诉网络是 100。它猜出的图片会怎样？',
    options: [
      '没有变化：图片有多少噪声，它自己看得出来。',
      '大部分噪声会留下：它以为噪声很少，把多数噪声当成了图片。',
      '会过于平滑：它把细节当成了噪声。',
    ],
    answer: 1,
    reveal: html`<p>说得太小，网络以为图片已经差不多干净了，便把大部分斑点当成图片的一部分留了下来。</p>
      <p>说得太大，它就几乎不相信自己看到的东西：答案多半是它想象出来的图片，叠在没有人去掉的噪声上。试试 ${m('t')} = 700，告诉它 999。曲线的最低点就在真话附近。</p>`,
  },
  experiment: {
    told: '告诉网络的时间步',
    truth: '说真话',
    sweep: '把每个时间步都说一遍',
    pictures: {
      xt: { name: '加噪的图片', label: '网络看到的加噪图片' },
      honest: { name: (/** @type {number} */ t) => `告诉它 ${t}（真）时的猜测`, label: '时间步为真时猜出的图片' },
      told: { name: (/** @type {number} */ told) => `告诉它 ${told} 时的猜测`, label: '按所告诉的时间步猜出的图片' },
      clean: { name: '原图', label: '加噪之前的图片' },
    },
    error: (/** @type {number} */ off, /** @type {number} */ honest, /** @type {number} */ told) =>
      off === 0
        ? html`说真话时，猜测的均方误差是 <b>${honest.toFixed(3)}</b>。`
        : html`说${off < 0 ? '小' : '大'}了 ${Math.abs(off)}，猜测的均方误差是 <b>${told.toFixed(3)}</b>；说真话时是 ${honest.toFixed(3)}。`,
    chart: {
      title: '猜测的误差随所告诉的时间步的变化',
      label: (/** @type {number} */ count, /** @type {number} */ best) =>
        `告诉网络 ${count} 个时间步时所猜图片的均方误差，从 t = 0 到 t = 999；在 ${best} 处最小`,
      error: html`${m('x0_hat')} 的均方误差`,
      truth: '真正的时间步',
    },
  },
  derivation: {
    title: '最佳猜测是一个均值，而这个均值取决于 t',
    lines: [
      { says: '训练要找的，是平方误差最小的函数：', formula: 'timestep-square' },
      { says: html`在某个 ${m('xt')} 处，误差分两部分，与猜测有关的只有第一部分：`, formula: 'timestep-split' },
      {
        says: html`猜测等于后验均值时，这一部分为 0；后验均值就是 ${m('xt')} 背后所有可能图片的平均。所以噪声多时 ${m('x0_hat')} 是模糊的，也所以一跳跳不出一张图片。`,
        formula: 'timestep-mean',
      },
      {
        says: html`背后可能是哪些图片、各有多大可能，由贝叶斯公式决定。${m('t')} 在其中出现两次：一次是图片的缩放，一次是噪声的宽度。告诉它另一个时间步，得到的就是另一个平均。`,
        formula: 'timestep-bayes',
      },
      {
        says: html`同一个均值也可由分数写出（Tweedie 公式；${paper('vincent2011', 'Vincent，2011')}）：`,
        formula: 'timestep-tweedie',
      },
    ],
    symbols: ['timestep', 'x0-hat', 'posterior', 'score', 'abar'],
  },
});
