// @ts-check
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const prediction = ({ m, term, paper, lab }) => ({
  title: '网络在预测什么',
  line: '网络看着一张加了噪的图片，说出里面是哪一份噪声；它就从这个答案的平方误差中学习。',
  idea: html`<p>加噪无须学习，去噪才需要：把 ${m('xt')} 和 ${m('t')} 交给一个 ${term('unet', 'UNet')}，让它说出混进去的噪声 ${m('eps')} 是什么，它的回答就是 ${m('eps_theta')}。训练时取一张图片、一个随机的时间步和一份随机的噪声，让平方误差尽量小（${paper('ho2020', 'Ho 等，2020')}，式 14）：</p>
    <p>${m('prediction-loss')}</p>
    <p>知道了噪声，也就知道了图片，因为 ${m('xt')} 是两者之和：由 ${m('eps_theta')} 推出的图片就是 ${m('x0_hat')}。</p>
    <p>本页的模型其实两样都不直接说，它说的是 ${m('prediction-v')}（${paper('salimans2022', 'Salimans 与 Ho，2022')}）。有了 ${m('xt')}，噪声、图片和 ${m('v')} 三者知其一便知其二，所以这只是同一个猜测的另一种说法。不同的只是误差在各个时间步上的分量：${m('v')} 的误差是另外两者之和。下面的 ${m('eps_theta')} 就是由它算出来的，此前 ${m('x0_hat')} 已被裁剪到图片的取值范围内。</p>`,
  task: html`<p>拖动时间步，比较真正的噪声和预测的噪声。然后让它在每个时间步上都回答一次，看三条误差曲线一点点画出来。${lab('到实验室里做同样的事', { class: 'animal' })}</p>`,
  question: {
    ask: '噪声的平方误差在哪里最大？',
    options: [
      '靠近 t = 0，那里几乎没有噪声。',
      '在中间，那里图片和噪声差不多各占一半。',
      '靠近 t = 999，那里只有噪声。',
    ],
    answer: 0,
    reveal: html`<p>靠近 ${m('t')} = 0 时，噪声微弱得藏进了图片的纹理里，网络几乎分不清哪些是噪声、哪些是细节。到了另一头，${m('xt')} 就是噪声，照着重复一遍就是正确答案。</p>
      <p>图片 ${m('x0_hat')} 的误差恰好相反：靠近 0 时一看便知，靠近 999 时只能靠猜。逐步扫一遍，可以看到两条曲线在图片与噪声分量相当的地方相交。</p>`,
  },
  experiment: {
    otherNoise: '换一份噪声',
    sweep: '在每个时间步上都问一次',
    pictures: {
      xt: { name: '加噪的图片', label: '网络看到的加噪图片' },
      noise: { name: '真正的噪声', label: '混进去的噪声' },
      eps: { name: '预测的噪声', label: '网络预测的噪声' },
      squares: { name: '平方误差', label: '两份噪声之差的平方：黑色表示没有差别' },
      x0: { name: '预测的图片', label: '由预测的噪声推出的图片' },
      clean: { name: '原图', label: '加噪之前的图片' },
    },
    error: (/** @type {number} */ t, /** @type {number} */ error) =>
      html`在 t = ${t} 处，噪声的均方误差是 <b>${error.toFixed(3)}</b>。如果处处都答 0，误差大约是 1。`,
    chart: {
      title: '各时间步上的均方误差',
      label: (/** @type {number} */ count) => `噪声、图片和 v 在 ${count} 个时间步上的均方误差，从 t = 0 到 t = 999`,
      eps: html`噪声 ${m('eps')} 的`,
      x0: html`图片 ${m('x0_hat')} 的`,
      v: html`${m('v')} 的，即两者之和`,
    },
  },
  derivation: {
    title: '从似然到平方误差，以及同一个猜测的四种写法',
    lines: [
      {
        says: html`模型认为一张图片有多大可能，谁也算不出来；但它有一个界，是各步之和（${paper('ho2020', 'Ho 等，2020')}，式 5，时间步从 1 数起）：`,
        formula: 'prediction-bound',
      },
      { says: '每一项比较两个高斯分布。方差固定且相同，能不同的就只有均值：', formula: 'prediction-kl' },
      { says: html`均值可以用 ${m('xt')} 里的噪声来写：`, formula: 'prediction-mean' },
      {
        says: '于是界中的一项就是噪声的平方误差，乘上一个只取决于 t 的权重。Ho 等人干脆去掉这个权重：噪声大的时间步因此更受重视，生成的样本也更好。',
        formula: 'prediction-weight',
      },
      { says: html`同一个猜测写成 ${m('v')}：两个方程，两个未知数。`, formula: 'prediction-from-v' },
      {
        says: html`把猜测代入再相减：给定 ${m('xt')}，这些误差之间只差一个由时间步决定的因子。它们就是上面的三条曲线。`,
        formula: 'prediction-errors',
      },
      {
        says: html`它同时也是分数：沿着这个方向，加噪的图片会变得更可能（${paper('vincent2011', 'Vincent，2011')}）。`,
        formula: 'prediction-score',
      },
    ],
    symbols: ['abar', 'beta', 'eps', 'x0-hat', 'v-prediction', 'score', 'loss'],
  },
});
