import type { Tensors } from '../checkpoint/tensor.js'
import { defineArchitecture } from './architecture.js'
import { type MsrResNetHyperParameters, msrResNetFacts, msrResNetLayers, msrResNetScale } from './msrresnet-layers.js'
import { requireTensor } from './tensor-faults.js'
import { countModules } from './tensor-names.js'

/** MSRResNet, the network of RealSRGAN, under BasicSR's names or KAIR's (`recon_trunk`, models/network_msrresnet.py). */
export const msrResNet = defineArchitecture<MsrResNetHyperParameters>({
  name: 'MSRResNet',
  family: 'esrgan',
  tensorNames: /^(conv_(first|hr|last)\.|HRconv\.|upconv\d\.|(body|recon_trunk)\.\d+\.conv[12]\.)/,
  detect: (tensors) =>
    tensors.get('conv_first.weight')?.shape.length === 4 &&
    (tensors.has('body.0.conv1.weight') || tensors.has('recon_trunk.0.conv1.weight')),
  naming: (tensors) => (isKair(tensors) ? kairName : (name) => name),
  hyperParameters(tensors) {
    const dimensions = (name: string) => requireTensor(tensors, name, 4, 'MSRResNet').shape
    const [features = 0, input = 0] = dimensions('conv_first.weight')
    const [output = 0] = dimensions('conv_last.weight')
    const [folded = 0] = dimensions('upconv1.weight')
    return {
      num_in_ch: input,
      num_out_ch: output,
      num_feat: features,
      num_block: countModules(tensors, isKair(tensors) ? /^recon_trunk\.(\d+)\./ : /^body\.(\d+)\./),
      upscale: msrResNetScale(tensors.has('upconv2.weight'), features, folded),
    }
  },
  facts: msrResNetFacts,
  build: (network, hyper) => msrResNetLayers(network, hyper, (x, name, layer) => network.conv(x, name, layer)),
})

function isKair(tensors: Tensors): boolean {
  return tensors.has('recon_trunk.0.conv1.weight')
}

function kairName(name: string): string {
  return name.replace(/^body\./, 'recon_trunk.').replace(/^conv_hr\./, 'HRconv.')
}
