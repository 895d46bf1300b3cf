// @ts-check
/** 课程的术语，每条几句话。 */
import { html } from 'lit';

/** @param {import('../tools.js').Tools} tools @returns {Record<string, import('../en/glossary.js').Entry>} */
export const glossary = ({ m, term }) => ({
  'forward-process': {
    name: '前向过程',
    says: html`加噪的方向：图片一步步缩小、加噪，直到只剩噪声。它是固定的，没有任何部分需要学习。`,
  },
  'reverse-process': {
    name: '逆向过程',
    says: html`去噪的方向：从噪声走向图片，每一步都是一个高斯分布，其均值由网络预测。采样走的就是它。`,
  },
  timestep: {
    name: '时间步',
    says: html`前向过程走了多远：0 几乎就是图片，${m('t')} = T − 1 几乎是纯噪声。网络会被告知它，因为噪声有多少，最佳猜测就随之不同。`,
  },
  'noise-schedule': {
    name: '噪声调度',
    says: html`每一步加多少噪声，也就是 ${term('abar', 'ᾱ')} 如何下降。常用的有线性和余弦两种；我们的模型用余弦。`,
  },
  abar: {
    name: 'ᾱ（alphas_cumprod）',
    says: html`在某个时间步上，干净图片的方差还剩多少：到那里为止所有 1 − ${m('beta')} 的乘积。它从 1 降到 0。DDIM 论文里把它写作 α。`,
  },
  beta: { name: 'β', says: html`前向过程一步所加噪声的方差。` },
  snr: {
    name: '信噪比',
    says: html`图片的方差比噪声的方差，${m('g-snr')}。不论用哪种调度，噪声水平都可以按它排列；快速求解器按它对数的一半 λ 来走步。`,
  },
  eps: { name: 'ε，噪声', says: html`混进图片里的标准高斯噪声。带下标 θ 的 ε 是网络对它的估计。` },
  'x0-hat': {
    name: 'x̂₀，预测的图片',
    says: html`给定 ${m('xt')} 时，网络认为干净图片是什么样。它是所有可能走到这里的图片的平均，所以一开始是模糊的。`,
  },
  'v-prediction': {
    name: 'v 预测',
    says: html`让网络预测 v（噪声与图片的一种组合），而不是噪声。由 v 和 ${m('xt')} 就能得到 ${m('x0_hat')} 和 ε，所有公式都不变，只是训练时各时间步的权重不同。我们的模型就是这样。`,
  },
  unet: {
    name: 'UNet',
    says: html`网络本身：先把分辨率减半几次，再加倍回来，并把下行途中看到的内容直接传过去。时间步和标签进入每一个模块。`,
  },
  loss: {
    name: '训练损失',
    says: html`在随机的图片、时间步和噪声上，噪声与其预测之差的均方。训练就是让它变小；它不是概率。`,
  },
  score: {
    name: '分数（score）',
    says: html`对数密度的梯度：沿着它走，加噪图片变得更可能。它与噪声预测只差一个系数：−ε / √(1 − ᾱ)。`,
  },
  posterior: {
    name: '前向过程的后验',
    says: html`如果 ${m('xt')} 和原图都已知，${m('ddpm-next')} 曾在哪里：一个有闭式解的高斯分布。DDPM 用 ${m('x0_hat')} 代替原图，从中采样。`,
  },
  variance: {
    name: '一步的方差',
    says: html`DDPM 一步加入多少新噪声。可以固定为 β 或后验的方差，也可以学出介于两者之间的值。`,
  },
  ddpm: {
    name: 'DDPM',
    says: html`最初的采样器：取后验在 ${m('x0_hat')} 处的均值，再加上新噪声，只有最后一步不加。它需要很多步。`,
  },
  ddim: {
    name: 'DDIM',
    says: html`同一个网络的一族采样器：${term('eta', 'η')} = 0 时不加新噪声，图片完全由最初的噪声决定；步子可以又少又大。`,
  },
  eta: { name: 'η（eta）', says: html`DDIM 加入 DDPM 新噪声的多少：0 一点不加，1 与 DDPM 一样多。` },
  respacing: {
    name: '重排步长',
    says: html`只走训练时间步中的一部分。告诉网络的仍是原来的时间步，步与步之间的调度重新计算。`,
  },
  seed: {
    name: '种子',
    says: html`一次运行的全部噪声都由它决定。种子和设置相同，图片就相同，在这里和在命令行里都一样。`,
  },
  classifier: { name: '分类器', says: html`给每个类别一个概率的网络。普通的分类器只见过干净图片。` },
  'noise-aware-classifier': {
    name: '噪声感知分类器',
    says: html`用加噪图片训练、并被告知时间步的分类器，因此它的判断和梯度在每个噪声水平上都有意义。`,
  },
  'classifier-guidance': {
    name: '分类器引导',
    says: html`让每一步都沿着噪声感知分类器对该类别对数概率的梯度走。扩散模型本身不必认识任何类别。`,
  },
  gradient: {
    name: '引导梯度',
    says: html`要让该类别更可能，${m('xt')} 的每个像素应该怎样变。它通过反向传播穿过整个分类器算出。`,
  },
  'condition-mean': { name: 'condition_mean', says: html`用于从高斯分布抽样的采样器：均值移动“强度 × 方差 × 梯度”。` },
  'condition-score': {
    name: 'condition_score',
    says: html`用于跟随分数的采样器，例如 DDIM：把梯度加到分数上，ε 随之改变。`,
  },
  'classifier-scale': { name: '强度', says: html`梯度算几倍。大于 1 时类别被夸大：图片更典型，种类更少。` },
  conditional: { name: '条件预测', says: html`告诉网络类别（和风格）时它的预测；标签的嵌入与时间步的嵌入相加。` },
  'null-label': {
    name: '空标签',
    says: html`什么也不说的标签。训练时偶尔用它代替真标签，这样一个网络就学会了两种预测。`,
  },
  'classifier-free-guidance': {
    name: '无分类器引导',
    says: html`把标签给预测带来的变化夸大。同一个网络问两次，一次带标签，一次不带；不需要分类器。`,
  },
  'guidance-weight': {
    name: '引导权重',
    says: html`从无条件预测朝条件预测走多远、越过多少：0 不理会标签，1 就是普通的条件预测。论文里的 w 比它小 1。`,
  },
  autoguidance: { name: '自引导', says: html`远离同一模型的较弱版本会作的预测；改善图片，却不以减少多样性为代价。` },
  ilvr: {
    name: 'ILVR',
    says: html`跟随一张参考图：每一步之后，把样本的低频部分换成参考图在同一噪声水平上的低频部分。无需训练。`,
  },
  'low-pass': {
    name: 'φ_N，低通滤波',
    says: html`缩小 N 倍再放大回来，只留下比 N 个像素更粗的内容。它并不是严格的投影：再做一次，图片还会再变一点。`,
  },
  'down-n': { name: 'N（down_N）', says: html`参考图取得多粗：N 小，样本被紧紧拴住；N 大，样本就自由。` },
  style: { name: '风格', says: html`我们的 emoji 模型的第二个标签：图片由七家厂商中的哪一家绘制。` },
  inpainting: { name: '图像修补', says: html`保留图片的一部分，其余由模型来画。` },
  repaint: {
    name: 'RePaint',
    says: html`用任何扩散模型作修补：每一步之前，把保留的部分按当时的噪声水平放回去；并且不时往回走几步，让两部分慢慢吻合。`,
  },
  sdedit: { name: 'SDEdit', says: html`把图片加噪到半途再去噪，以此编辑。噪声越多，结果越自由。` },
  inversion: { name: 'DDIM 反演', says: html`让 DDIM 反着走，从图片走到能生成它的噪声。` },
  features: {
    name: '特征',
    says: html`训练好的网络给一张图片的一组数。质量指标靠它们比较两批图片，所以结果取决于用的是哪个网络。`,
  },
  fid: {
    name: 'FID',
    says: html`Fréchet inception 距离：把真实图片和生成图片的特征各概括成一个高斯分布，再取两者的距离。越小越接近。`,
  },
  'inception-score': {
    name: 'Inception 分数',
    says: html`分类器对每张图片都很确定，而且各类都见到时，它就高。它从不看真实图片。`,
  },
  'precision-recall': {
    name: '精确率与召回率',
    says: html`精确率：生成的图片有多少落在真实图片之间，即保真度。召回率：真实图片有多少落在生成图片之间，即多样性。`,
  },
  ode: {
    name: '概率流 ODE',
    says: html`从噪声到图片的无噪声路径，每一刻的分布都正确。η = 0 的 DDIM 就是它的一种求解器。`,
  },
  sde: { name: 'SDE', says: html`同一条路径，但一路加入新噪声。DDPM 是它的一种求解器；新噪声会冲淡先前的误差。` },
  solver: { name: '求解器', says: html`把连续路径变成有限步数的规则。` },
  order: { name: '阶', says: html`步长缩小时误差降得多快：二阶时，步长减半，误差剩四分之一——前提是步长已经足够小。` },
  'dpm-solver': {
    name: 'DPM-Solver++',
    says: html`路径中已知的部分精确处理，网络的部分用过最近两次预测的直线来近似。`,
  },
  unipc: { name: 'UniPC', says: html`先预测一步，再用下一步本来就需要的那次预测来校正，不多花一次调用。` },
  heun: { name: 'Heun', says: html`在一步的两端各问一次网络，取斜率的平均：两次调用换来二阶。` },
  ema: { name: 'EMA', says: html`训练过程中权重的指数滑动平均。采样用的就是它。` },
  memorisation: {
    name: '记忆',
    says: html`交回训练图片，而不是新的图片。表现为样本离某张训练图片的距离，比没见过的图片近得多。`,
  },
  latent: { name: '潜空间扩散', says: html`在自编码器的小编码里而不是像素里扩散；最后由解码器生成图片。` },
  'text-guidance': {
    name: '文本引导',
    says: html`告诉网络一句话而不是一个类别：句子的嵌入与时间步相加，词语进入注意力。`,
  },
  'point-cloud': { name: '点云', says: html`对空间中的点而不是像素做同样的过程；网络不能在意点的先后次序。` },
});
