// @ts-check
import { html } from 'lit';
import { apart, pointOf } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const ddim = ({ m, term, paper, lab, facts }) => {
  const fid = (/** @type {string} */ sweep, /** @type {number} */ steps) =>
    pointOf(facts, sweep, steps).fidClean.mean.toFixed(1);
  return {
    title: 'DDIM：少走几步',
    line: '途中不加新噪声，图片就只由起始噪声决定，几步就够了。',
    idea: html`<p>${term('ddpm', 'DDPM')} 每一步都加入新噪声。${term('ddim', 'DDIM')} 问：非加不可吗？（${paper('song2021ddim', 'Song 等，2021')}）
        网络和训练都不变，变的只是走法：</p>
      <p>${m('ddim-step')}</p>
      <p>这一步走向预测出的图片，放回一部分预测出的噪声，再用新噪声 ${m('ddim-sigma-t')} 补足。旋钮 ${term('eta', 'η')} 调节新噪声的多少：
        0 表示没有，1 表示与 DDPM 的${term('posterior', '后验')}一样多。无论怎样分配，新状态的噪声总量都正是网络在下一个时间步所期望的。</p>
      <p>${m('ddim-eta')} = 0 时，起步之后再没有任何随机。各步沿着从噪声到图片的一条光滑曲线前进，而曲线可以迈大步去走。</p>`,
    task: html`<p>沿着每一行从少步看到多步，找出哪一行的图片始终是同一张。然后把 η 从 0 往上调，看图片偏离多远。${lab('在实验室里做同样的事', { class: 'face', sampler: 'ddim', eta: 0, steps: 10 })}</p>`,
    question: {
      ask: '同一份起始噪声，η = 0，一次走 10 步，一次走 25 步，会得到什么？',
      options: [
        '两张不同的图片：步子不同，路就不同。',
        '同一张图片，只是画得粗一些。',
        '每个像素都相同的图片：一切由噪声决定。',
      ],
      answer: 1,
      reveal: html`<p>η = 0 时，各步都在逼近由噪声定下的同一条曲线。步子大了会抄近路，细节有出入，图片还是那张。第一行下面的数字从左到右越来越小。
          η = 1 时，步数不同，新噪声加入的时刻和次数也不同，终点就不同了：那一行的数字不会变小。</p>
        <p>最离不开步数的是 DDPM。完整模型的测量结果里，它的 FID 从 10 步的 ${fid('steps-ddpm', 10)} 降到 25 步的 ${fid('steps-ddpm', 25)}；
          η = 0 的 DDIM 则是 ${fid('steps-ddim', 10)} 和 ${fid('steps-ddim', 25)}。（用评判分类器的特征计算，越低越好。）</p>`,
    },
    experiment: {
      otherNoise: '换一份噪声重画',
      caption: '同一份起始噪声，按采样器和步数排列',
      count: (/** @type {number} */ count) => `${count} 步`,
      rows: { 'eta-0': 'DDIM，η = 0', 'eta-1': 'DDIM，η = 1', ddpm: 'DDPM' },
      picture: (/** @type {string} */ row, /** @type {number} */ count) => `${row}，${count} 步`,
      moved: (/** @type {number} */ distance) => `← ${apart(distance)}`,
      verdict: (/** @type {[number, number]} */ [few, many], /** @type {number[]} */ distances) =>
        html`从 ${few} 步到 ${many} 步，图片的变化（自上而下）是 ${distances.map(apart).join('、')}。每个数字是与左边那张的距离，从全黑到全白为 1。`,
      oneRun: '单独一次，η 随意',
      eta: '新噪声 η',
      steps: '步数',
      withEta: (/** @type {number} */ eta) => `DDIM，η = ${eta.toFixed(2)}`,
      moveEta: '调一调 η 或步数：两张图片都从上表的那份噪声开始。',
      away: (/** @type {number} */ distance) => `新噪声让图片偏离了 ${apart(distance)}。`,
    },
    derivation: {
      title: '噪声水平相同的另一些过程',
      lines: [
        { says: '训练只用到图片在单个时间步的样子，从未用到相邻时间步之间的关系：', formula: 'ddim-marginal' },
        {
          says: html`所以凡是具有这些边缘分布的过程，都适用于同一个网络。下面就是这样一族过程，每选定一组 ${m('ddim-sigma-t')} 便得到一个。
            它的前向过程不必是马尔可夫的。图片里的噪声 ${m('ddim-noise-in')} 只留下一部分：`,
          formula: 'ddim-family',
        },
        {
          says: '代入一张加噪的图片：均值立刻吻合，方差等于留下的旧噪声的方差加上新噪声的方差。',
          formula: 'ddim-check',
        },
        {
          says: 'η 在“没有新噪声”与“后验那么多”之间取值；用网络的估计代替图片，就是开头的那一步：',
          formula: 'ddim-sigma',
        },
        {
          says: html`η = 1 且时间步相邻时，它就是后验方差：即采用 ${paper('ho2020', 'Ho 等，2020')} 两种方差中较小者的 DDPM。
            这个模型的 DDPM 用的是较大的那个，也就是 β 本身；步子大时噪声多得多，所以它那一行与 η = 1 不同。`,
          formula: 'ddim-ddpm',
        },
        { says: 'η = 0 时，两边除以 ᾱ 的平方根，剩下的就是欧拉法：', formula: 'ddim-ode-step' },
        {
          says: '步长趋于零时，它解的是一个常微分方程，即概率流 ODE。它的解由起点唯一确定。',
          formula: 'ddim-ode',
        },
      ],
      symbols: ['ddim', 'eta', 'abar', 'x0-hat', 'posterior', 'variance', 'ode'],
    },
  };
};
