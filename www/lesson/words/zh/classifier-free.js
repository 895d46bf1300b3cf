// @ts-check
import { html } from 'lit';
import { percent } from '../figures.js';

/** @param {import('../tools.js').Tools} tools @returns {import('../step-words.js').StepWords} */
export const classifierFree = ({ m, term, paper, lab, facts }) => {
  const { labelDropout = 0 } = facts.training['emoji32-nano'] ?? {};
  const sweep = facts.sweeps['cfg-weight'];
  return {
    title: '不用分类器的引导',
    line: '同一个网络，给标签问一次，不给标签再问一次，它就是自己的分类器；代价是每一步多问一次。',
    idea: html`<p>${term('conditional', '条件')}网络把标签当作输入。训练时，标签不时被换成${term('null-label', '空标签')} ∅，
        于是同一组权重也学会了没有标签时怎样去噪。这个模型有 ${percent(labelDropout)} 的训练图片不给类别；
        风格也以同样的比例单独略去。网络只有一个，不是两个。</p>
      <p>因此，对同一个 ${m('xt')} 它有两个回答：什么都不告诉它时看到的噪声 ${m('cf-eps-u')}，以及告诉它类别时看到的噪声 ${m('cf-eps-c')}。
        ${term('classifier-free-guidance', '无分类器引导')}（${paper('ho2022', 'Ho 与 Salimans，2022')}）从前者走向后者，再越过它：</p>
      <p>${m('cf-guided')}</p>
      <p>${m('cf-s')} = 0 时标签不起作用，${m('cf-s')} = 1 就是条件网络本身，大于 1 则放大标签的影响。注意有两种记法：
        论文的${term('guidance-weight', '权重')}从条件网络算起，所以 ${m('cf-w-is')}；论文里的 2，在这里是 3。</p>`,
    task: html`<p>把权重从 0 经过 1 拖到 7，看标签添了什么。到哪个权重类别一目了然？到哪个权重颜色和轮廓开始生硬？</p>
      <p>${lab('到实验室里试试', { class: 'face', method: 'classifier-free', 'cfg-weight': 3, seed: 1 })}</p>`,
    question: {
      ask: '同一个网络，用 s = 3 引导，比 s = 1 多付出什么？',
      options: [
        '训练：需要两个网络，一个认标签，一个不认。',
        '什么都不多付：网络一次就给出两个回答。',
        '采样：每一步都要问同一个网络两次。',
        '每一步一次反向传播，和用分类器时一样。',
      ],
      answer: 2,
      reveal: html`<p>训练几乎不多花什么：不时略去标签，仅此而已。代价落在每次采样的每一步：对同一个 ${m('xt')} 问网络两次。
        看图片下方：调用次数和毫秒数都是在你的机器上数出来的。这里没有反向传播，因为用不着分类器的${term('gradient', '梯度')}。
        s = 0 和 s = 1 时，两个回答之一的权重为零，也就不必去问。</p>`,
    },
    experiment: {
      told: '告诉网络的类别',
      otherNoise: '换一份噪声',
      weight: '权重 s',
      conventions: (/** @type {number} */ s) => `s = ${s}（论文的 w = ${String(s - 1).replace('-', '−')}）`,
      at: '查看哪一步的回答',
      step: (/** @type {number} */ at, /** @type {number} */ t) => `第 ${at} 步，时间步 ${t}`,
      asked: (/** @type {number} */ calls, /** @type {number} */ s) =>
        calls === 1 ? `s = ${s} 时，每一步问网络一次。` : `s = ${s} 时，每一步问网络两次。`,
      askedOnce: (/** @type {number} */ s) =>
        s === 0 ? 's = 0 时，有标签的回答权重为零，所以不去问。' : 's = 1 时，没有标签的回答权重为零，所以不去问。',
      pictures: {
        alone: { name: html`${m('cf-eps-u')}，什么都没告诉它`, label: '没有标签时网络看到的噪声' },
        difference: { name: html`${m('cf-difference')}`, label: '标签使回答改变了多少；灰色为零' },
        used: { name: html`${m('eps')}，实际使用`, label: '这一步所依据的噪声' },
        result: { name: '样本', label: '目前的样本' },
      },
      beside: '同一份噪声，不同的权重',
      resultOf: (/** @type {string} */ name) => `${name} 的结果`,
      byClassifier: (/** @type {number} */ scale) => `分类器，强度 ${scale}`,
      calls: (/** @type {number} */ n) => `每步调用 ${n} 次`,
      callAndGradient: '调用 1 次，加一次梯度',
      milliseconds: (/** @type {number} */ ms) => `每步 ${ms.toFixed(1)} 毫秒`,
      belief: (/** @type {string} */ name, /** @type {number} */ share) => `${name}：${percent(share)}`,
      cost: (
        /** @type {{ plain: number, guided: number, weight: number, onCpu: boolean, work: number }} */ {
          plain,
          guided,
          weight,
          onCpu,
          work,
        },
      ) => html`调用一次是 ${(work / 1e6).toFixed(0)} 百万次乘加。在这台机器上，s = 1 时一步用 <b>${plain.toFixed(1)} 毫秒</b>，
        s = ${weight} 时用 <b>${guided.toFixed(1)} 毫秒</b>，是前者的 <b>${(guided / plain).toFixed(1)} 倍</b>。
        ${onCpu ? '' : '在 GPU 上，两个问题合成一批一起算，而小网络填不满 GPU：工作量翻倍，时间不一定翻倍。'}`,
      measured: {
        title: '实测：推动同一个网络的两种办法',
        label: '引导加强时 FID 与召回率的变化：无分类器引导保住了召回率，分类器引导则丢掉了它',
        fid: 'FID，越往上越差',
        recall: '召回率',
        precision: '精确率',
        numbers: '具体数值',
        strength: '强度',
        free: '无分类器，s 从 1 到 6',
        classifier: '分类器，强度从 0 到 16',
        about: html`两条线从同一处（大圆点）出发：告诉了标签、但没有引导的网络。每点 ${sweep?.count} 张图片，由更大的同类模型 emoji32 生成；
          ${term('fid', 'FID')} 用评判分类器的特征计算，${term('precision-recall', '精确率与召回率')}用 EfficientNet 的特征。
          区间很宽：看走向，不要抠小数。`,
      },
    },
    derivation: {
      title: '藏在条件网络里的分类器',
      lines: [
        { says: '同一个网络问两次，一次带标签 y，一次带空标签。', formula: 'cf-answers' },
        { says: '贝叶斯公式，取对数再求梯度；p(y) 与样本无关。', formula: 'cf-bayes' },
        {
          says: html`噪声预测是缩放了的${term('score', '得分')}：对最优的网络严格成立，对训练出来的网络近似成立。`,
          formula: 'cf-score',
        },
        { says: '代入后可见，两个回答之差就是一个没人训练过的分类器的梯度。', formula: 'cf-implicit' },
        { says: '分类器引导让分布更尖锐：分类器的意见算作 s 份。', formula: 'cf-sharpened' },
        { says: '写成得分：', formula: 'cf-sharpened-score' },
        { says: '用这个隐含的分类器代替训练出来的分类器：', formula: 'cf-guided' },
        {
          says: 'Ho 与 Salimans 从条件网络出发，只数额外加上的部分：同一个式子，换了个字母。',
          formula: 'cf-from-conditional',
        },
        {
          says: '两点提醒。两个训练所得的回答之差，未必是某个函数的梯度，所以对应的分类器可能根本不存在。再者，先让干净图片的分布变尖锐、再加噪，得到的并不是每一级各自变尖锐的分布，所以这条链并非严格地从它采样。',
        },
      ],
      symbols: ['eps', 'abar', 'score', 'guidance-weight', 'null-label'],
    },
  };
};
