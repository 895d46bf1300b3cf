// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const gradient = ({ m, term, paper, lab }) => ({
  title: '分类器的梯度',
  line: '梯度告诉我们怎样改动带噪声的图片，才能让某一类变得更可能；每种采样器各有用它的地方。',
  idea: html`<p>噪声感知分类器给出一个数：${m('g-belief')}。对它的对数按图片求导，得到的又是一张图片，也就是${term('gradient', '梯度')} ${m('g-gradient')}。它逐个像素地说明：要让分类器更相信，该怎么改。</p>
    <p>${term('ddpm', 'DDPM')} 围绕一个均值抽取下一个状态。引导移动的就是这个均值：${term('condition-mean', 'condition_mean')}。</p>
    <p>${m('gradient-mean')}</p>
    <p>${term('ddim', 'DDIM')} 在 η = 0 时不抽取任何东西，也就没有均值可移。引导改的是预测的噪声：${term('condition-score', 'condition_score')}（${paper('dhariwal2021', 'Dhariwal 与 Nichol，2021')}，算法 1 和 2）。</p>
    <p>${m('gradient-eps')}</p>`,
  task: html`<p>停在这个 ${m('xt')}，切换类别：图片不变，噪声不变，梯度却变了。比较推一下之前和之后的概率。然后从这里走到终点，推与不推各一次；从早的和晚的时间步都试试。${lab('到实验室里试试', { model: 'emoji32-nano', class: 'face', method: 'classifier', sampler: 'ddim', eta: 0, scale: 8, seed: 1 })}</p>`,
  question: {
    ask: html`对着同一个 ${m('xt')}，你把类别从分类器不太相信的一类，换成它早已确信的一类。梯度会怎样？`,
    options: [
      '变长：分类器更清楚该往哪里走。',
      '长度不变，只是方向不同。',
      '变短：分类器已经确信，没剩多少可以再往上爬。',
    ],
    answer: 2,
    reveal: html`<p>概率的对数不可能超过 0。p 接近 1 时，log p 趋于平缓，梯度随之消失，引导也就自己松手了：对照着看 ‖∇‖ 和 p。梯度长的，是分类器不相信的类别。</p>`,
  },
  experiment: {
    target: '推向',
    sampler: '采样器',
    samplers: { ddim: 'DDIM：改 ε', ddpm: 'DDPM：移动均值' },
    position: html`${m('xt')} 的时间步 t`,
    scale: '强度 s',
    otherNoise: '换一份噪声',
    pictures: {
      xt: { name: m('xt'), label: '被推的状态' },
      gradient: { name: html`${m('x0_hat')} 上的 ∇`, label: '对图片的估计，红色处梯度强' },
      plain: { name: html`走一步后的 ${m('x0_hat')}`, label: '不推，走一步之后的估计' },
      pushed: { name: html`推过、走一步后的 ${m('x0_hat')}`, label: '推一下，走一步之后的估计' },
      change: { name: '这一推改变了什么', label: '推过的估计，红色处改变最大' },
    },
    norm: html`梯度的长度 ${m('gradient-norm')}`,
    push: {
      ddim: html`ε 移动了多远 ${m('gradient-push-ddim')}`,
      ddpm: html`均值移动了多远 ${m('gradient-push-ddpm')}`,
    },
    product: (
      /** @type {number} */ weight,
      /** @type {number} */ scale,
      /** @type {number} */ norm,
      /** @type {number} */ length,
    ) => `${weight.toFixed(3)} × ${scale} × ${norm.toFixed(3)} = ${length.toFixed(3)}`,
    beliefs: { before: html`在 ${m('xt')} 处`, plain: '走一步后，不推', pushed: '走一步后，推过' },
    surest: (/** @type {string} */ name, /** @type {string} */ share) =>
      html`分类器最有把握的是<b>${name}</b>，${share}。`,
    onwardTitle: html`从这个 ${m('xt')} 走到终点`,
    go: '从这里走下去',
    onward: {
      plain: { name: '不推', label: '从这里走下去，不推' },
      pushed: { name: '每一步都推', label: '从这里走下去，每一步都推' },
    },
    believes: (/** @type {string} */ name, /** @type {string} */ share) => `${name}：${share}`,
  },
  derivation: {
    title: '梯度怎样进入 DDPM 和 DDIM',
    lines: [
      { says: 'DDPM。针对类别 y 的一步，就是不分类别的一步，再由分类器重新加权。', formula: 'gradient-sampling' },
      {
        says: html`高斯的概率集中在均值 ${m('gradient-mu')} 附近，在那里对数几乎是一条直线（一阶泰勒展开）：`,
        formula: 'gradient-taylor',
      },
      { says: '平方项加一次项，配方后还是平方：', formula: 'gradient-square' },
      { says: '所以仍是同一个高斯，只是均值移动了；再乘上强度 s。这就是 condition_mean。', formula: 'gradient-mean' },
      {
        says: html`推导里，${m('gradient-g')} 取在均值处，问的是 ${m('gradient-next')}。公开的代码和 guidelight 都取在 ${m('xt')} 处，并告诉分类器 t；原作者没有看到明显差别。`,
      },
      {
        says: 'η = 0 的 DDIM 不抽噪声，也就没有高斯可以重新加权。不过，预测的噪声就是换了单位的得分：',
        formula: 'gradient-score',
      },
      { says: '乘积的得分等于得分之和。', formula: 'gradient-scores' },
      {
        says: '再写回噪声，就是 condition_score；DDIM 拿着它走这一步，就像网络本来就这么预测。',
        formula: 'gradient-eps',
      },
    ],
    symbols: ['gradient', 'condition-mean', 'condition-score', 'score', 'variance', 'classifier-scale', 'abar', 'eps'],
  },
});
