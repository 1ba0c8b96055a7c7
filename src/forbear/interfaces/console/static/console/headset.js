// This browser as a telephone: the microphone is asked for once, and calls come to this window.
(() => {
  const box = document.querySelector('[data-headset]')
  if (!box) return
  const at = id => document.getElementById(id)
  const words = name => at('headset-says').content.querySelector(`[data-word="${name}"]`).textContent
  const token = box.querySelector('[name=csrfmiddlewaretoken]').value
  const WAIT_MS = 300, STAY_MS = 3000, AGAIN_MS = 1000, AGAIN_MAX = 20, GATHER_MS = 2000
  let mic = null, link = null, id = '', clock = 0, tries = 0, wanted = false, said = ''

  const show = (state, fault) => {
    if (at('headset-state').dataset.mood !== state) {
      at('headset-state').dataset.mood = state
      at('headset-words').textContent = words(state)
    }
    const on = state === 'connected' || state === 'calls'
    const going = on || state === 'waiting' || state === 'again' || state === 'asking'
    at('headset-connect').hidden = going
    at('headset-off').hidden = !going
    at('headset-try').hidden = state !== 'connected'
    if (state !== 'connected') tell('')
    at('headset-fault').hidden = !fault
    at('headset-fault').textContent = fault ? words(fault) : ''
  }
  const tell = test => {
    at('headset-test').hidden = !test
    if (test !== said) at('headset-test').textContent = test ? words(test) : ''
    at('headset-try').disabled = test === 'try-speak'
    said = test
  }
  const ask = (where, body) => fetch(box.dataset[where], {
    method: 'POST',
    redirect: 'manual',
    headers: { 'X-CSRFToken': token, 'X-Forbear-By-Itself': '1' },
    body: new URLSearchParams(body),
  })
  const drop = () => {
    clearTimeout(clock)
    if (link) link.close()
    link = null
    id = ''
  }
  const stop = (state, fault) => {
    wanted = false
    sessionStorage.removeItem('headset')
    drop()
    if (mic) mic.getTracks().forEach(track => track.stop())
    mic = null
    show(state, fault)
  }
  const again = () => {
    drop()
    if (!wanted) return
    tries += 1
    if (tries > AGAIN_MAX) return stop('lost')
    show('again')
    clock = setTimeout(connect, AGAIN_MS)
  }

  // What the microphone hears, before anything of it leaves.
  let meter = null
  const watch = () => {
    if (meter) meter.close()
    meter = new AudioContext()
    const ear = meter.createAnalyser()
    ear.fftSize = 1024
    meter.createMediaStreamSource(mic).connect(ear)
    const wave = new Float32Array(ear.fftSize)
    const own = meter
    const turn = () => {
      if (own.state === 'closed') return
      ear.getFloatTimeDomainData(wave)
      const loud = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length)
      at('headset-meter').value = mic ? Math.max(0, Math.min(100, 100 + 1.6 * 20 * Math.log10(loud + 1e-6))) : 0
      setTimeout(turn, 100)
    }
    turn()
  }
  const devices = async () => {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter(each => each.kind === 'audioinput' && each.deviceId)
    const list = at('headset-device')
    while (list.options.length > 1) list.remove(1)
    for (const each of found) list.add(new Option(each.label, each.deviceId))
    list.value = [...list.options].some(each => each.value === localStorage.getItem('microphone')) ? localStorage.getItem('microphone') : ''
  }
  const FAULTS = { NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'missing', OverconstrainedError: 'missing' }
  const hear = async () => {
    if (!navigator.mediaDevices) { stop('off', 'insecure'); return false }
    show('asking')
    const chosen = at('headset-device').value || localStorage.getItem('microphone')
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
    if (chosen) audio.deviceId = { ideal: chosen }
    try {
      mic = await navigator.mediaDevices.getUserMedia({ audio })
    } catch (fault) {
      stop('off', FAULTS[fault.name] || 'taken')
      return false
    }
    mic.getAudioTracks()[0].addEventListener('ended', () => { if (wanted) stop('off', 'unplugged') })
    watch()
    await devices()
    return true
  }

  // Some browsers keep sound back until the page was pressed; then calls would ring unheard.
  const play = () => at('headset-sound').play().then(() => { at('headset-silent').hidden = true }, fault => {
    if (fault.name !== 'NotAllowedError') return
    at('headset-silent').hidden = false
    for (const kind of ['click', 'keydown']) document.addEventListener(kind, play, { once: true })
  })
  const gathered = own => new Promise(done => {
    if (own.iceGatheringState === 'complete') return done()
    own.addEventListener('icegatheringstatechange', () => { if (own.iceGatheringState === 'complete') done() })
    setTimeout(done, GATHER_MS)
  })
  const connect = async () => {
    wanted = true
    if (!mic && !await hear()) return
    if (tries === 0) show('waiting')
    const told = await fetch(box.dataset.servers, { redirect: 'manual', headers: { 'X-Forbear-By-Itself': '1' } }).catch(() => null)
    if (!wanted || link) return
    if (!told) return again()
    if (told.type === 'opaqueredirect' || told.status === 403) return stop('out')
    if (!told.ok) return stop('refused', 'servers')
    const own = link = new RTCPeerConnection({ iceServers: (await told.json()).servers })
    mic.getAudioTracks().forEach(track => own.addTrack(track, mic))
    own.addEventListener('track', event => {
      at('headset-sound').srcObject = new MediaStream([event.track])
      play()
    })
    own.addEventListener('connectionstatechange', () => { if (own === link && /failed|closed/.test(own.connectionState)) again() })
    try {
      await own.setLocalDescription(await own.createOffer())
      await gathered(own)
      const answer = await ask('offer', { offer: own.localDescription.sdp })
      if (own !== link) return
      if (answer.type === 'opaqueredirect') return stop('out')
      if (!answer.ok) return stop('refused', 'unusable')
      id = (await answer.json()).id
    } catch {
      if (own === link) again()
      return
    }
    sessionStorage.setItem('headset', 'on')
    stay(own)
  }
  const stay = async own => {
    let pause = STAY_MS
    try {
      const answer = await ask('state', { id })
      if (own !== link) return
      if (answer.type === 'opaqueredirect' || answer.status === 403) return stop('out')
      if (answer.ok) {
        const now = await answer.json()
        if (now.state === 'replaced') return stop('replaced')
        if (now.state === 'refused') return stop('refused', now.fault)
        if (now.state === 'off') return stop('off')
        if (now.state === 'lost') return again()
        if (now.answer && !own.currentRemoteDescription) await own.setRemoteDescription({ type: 'answer', sdp: now.answer })
        if (now.state === 'waiting') pause = WAIT_MS
        else { tries = 0; show(now.state); tell(now.test) }
        if (now.test === 'try-speak') pause = WAIT_MS * 2
      }
    } catch { /* the network is away for a moment; the sound may go on */ }
    if (own === link) clock = setTimeout(() => stay(own), pause)
  }

  at('headset-connect').addEventListener('click', () => { tries = 0; drop(); connect() })
  at('headset-off').addEventListener('click', async () => {
    const last = id
    if (last) await ask('end', { id: last }).catch(() => {})
    stop('off')
  })
  at('headset-try').addEventListener('click', async () => {
    tell('try-speak')
    const answer = await ask('try', { id }).catch(() => null)
    if (!answer || !answer.ok) tell('')
    else if (link) { clearTimeout(clock); stay(link) }
  })
  at('headset-device').addEventListener('change', () => {
    localStorage.setItem('microphone', at('headset-device').value)
    if (!mic || !link) return
    const before = mic
    mic = null
    const own = link
    hear().then(good => {
      if (!good) return
      before.getTracks().forEach(track => track.stop())
      own.getSenders()[0].replaceTrack(mic.getAudioTracks()[0])
      show('waiting')
    })
  })
  // A page that was loaded again goes on where it was.
  if (sessionStorage.getItem('headset')) connect()
})()
