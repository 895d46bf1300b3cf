// @ts-check
import { html } from 'lit';
import { apart } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const ddpm = ({ m, term, paper, lab }) => ({
  title: '亲手走一遍 DDPM',
  line: '每一步都从一个高斯分布中抽取，其均值是学来的；所以一路上偶然都在起作用。',
  idea: html`<p>采样从纯噪声 ${m('x_T')} 出发，一步步往回走，这就是${term('reverse-process', '反向过程')}。在 DDPM 里，每一步都是从一个高斯分布中抽取。它的均值 ${m('mu')} 来自网络：是当前状态 ${m('xt')} 与猜测 ${m('x0_hat')} 的加权和。它的宽窄则与网络无关；${m('z')} 是新抽的噪声，除最后一步外每步都有（${paper('ho2020', 'Ho 等，2020')}，算法 2）。</p>
    <p>${m('ddpm-gaussian')}</p>
    <p>${m('ddpm-draw')}</p>
    <p>噪声有多大，即 ${m('sigma')}，要在“fixed-large”和“fixed-small”两个公式之间选择，它们各自适合一种极端的数据。走一千步时两者几乎没有差别，只走 25 步时，越到后面差别越大。我们的模型用大的那个。（${paper('nichol2021', 'Nichol 与 Dhariwal，2021')} 让网络自己学一个介于两者之间的值。）</p>`,
  task: html`<p>这里让网络画一个表情。亲手走几步，看均值、噪声以及两者之和。然后在靠前的某一步停下，让它从那里起换用别的噪声；再在靠后的某一步做同样的事。${lab('到实验室里用 DDPM', { class: 'face', sampler: 'ddpm', method: 'conditional', steps: 100 })}</p>`,
  question: {
    ask: '两次运行从同一份噪声开始，第一步也相同，此后每一步抽到的噪声都不同。得到的两张图片相比如何？',
    options: ['一模一样：起始的噪声决定一切。', '除了小细节都一样。', '是两张不同的图片。'],
    answer: 2,
    reveal: html`<p>起点很快就被忘掉：这条链最初几步几乎不保留 ${m('x_T')}，差不多全部重新抽取。在第 1 步之后分岔，一看便知。</p>
      <p>分岔越晚，两张图片的共同之处越多。前面的步子决定画的是什么，后面的只决定细节：那里的 ${m('sigma')} 已经很小。</p>`,
  },
  experiment: {
    steps: '步数',
    otherStart: '换一个起点',
    at: (/** @type {number} */ step, /** @type {number} */ total) => `第 ${step} 步，共 ${total} 步`,
    pictures: {
      xt: { name: html`走之前 ${m('xt')}`, label: '这一步之前的状态' },
      x0: { name: html`猜测 ${m('x0_hat')}`, label: '对图片的猜测' },
      mean: { name: html`均值 ${m('mu')}`, label: '这一步的均值' },
      noise: { name: html`噪声 ${m('ddpm-noise')}`, label: '这一步新抽的噪声，按其大小显示' },
      next: { name: html`走之后 ${m('ddpm-next')}`, label: '这一步之后的状态' },
    },
    update: (/** @type {number} */ x0, /** @type {number} */ xt, /** @type {number} */ sigma) =>
      html`<b>走之后</b> = ${x0.toFixed(3)} × 猜测 + ${xt.toFixed(3)} × 走之前 + ${sigma.toFixed(3)} × 新噪声`,
    sigma: {
      title: html`每一步的 ${m('sigma')}`,
      label: (/** @type {number} */ total) =>
        `共 ${total} 步，每一步噪声的标准差可取的最大值和最小值；从大约 1 降到几乎为 0`,
      large: html`fixed-large，${m('ddpm-large')}（本模型）`,
      small: html`fixed-small，${m('ddpm-small')}`,
    },
    branch: (/** @type {number} */ after) => `第 ${after} 步之后换噪声`,
    ending: { name: '原来的路', label: '用原来的噪声走到底的结果' },
    branched: {
      name: (/** @type {number} */ after) => `第 ${after} 步后换噪声`,
      label: (/** @type {number} */ after) => `第 ${after} 步之后换噪声走到底的结果`,
      apart: (/** @type {number} */ away) => `相距 ${apart(away)}`,
      says: (/** @type {number} */ after, /** @type {number} */ total, /** @type {number} */ away) =>
        `共 ${total} 步，在第 ${after} 步之后换噪声：两张图片相距 ${apart(away)}（均方根，从全黑到全白为 1）。`,
    },
  },
  derivation: {
    title: '一步的后验：均值与方差',
    lines: [
      { says: html`如果知道图片 ${m('x_0')}，往回走的一步也就由贝叶斯公式确定了：`, formula: 'ddpm-bayes' },
      { says: '两个因子都是高斯，所以对数是未知状态的二次函数。', formula: 'ddpm-exponents' },
      { says: '平方项的系数相加，就是方差的倒数：', formula: 'ddpm-precision' },
      {
        says: html`斜率为 0 的地方就是均值（${paper('ho2020', 'Ho 等，2020')}，式 7）。上面看到的权重就是它们。`,
        formula: 'ddpm-mean',
      },
      { says: '图片并不知道，于是用猜测代替：', formula: 'ddpm-learned' },
      {
        says: html`猜测并不确定，所以真正的分布比这更宽。假如数据本身就是噪声，${m('beta')} 恰好正确；假如数据只有一张图片，后验方差恰好正确，两种选择由此而来（${paper('ho2020', 'Ho 等，2020')}，3.2 节）：`,
        formula: 'ddpm-sigmas',
      },
    ],
    symbols: ['ddpm', 'posterior', 'variance', 'beta', 'abar', 'x0-hat'],
  },
});
