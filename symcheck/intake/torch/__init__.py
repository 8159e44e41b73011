"""Torch code read by running it once on symbolic tensors; torch is imported only when there is torch code.

``torch_callables``, beside this folder, goes through the steps of a reading.

| step | files |
| :-- | :-- |
| is it torch code at all? | ``recognise``; ``variables`` |
| how it is called, with class numbers or otherwise | ``calling``, ``forms`` |
| a run on symbols, in class-vectors | ``runs``; ``recorder``, which torch hands every function to |
| what symbols are | ``symbolic``: a term with a shape; ``axes``, ``contents``, ``handler``, ``sides`` |
| what an operation makes of them | ``operators``, one kind a file; ``maker``, ``tidy``, ``detached`` |
| what stands around the code meanwhile | ``precision``, ``instances``, ``calls_in_c``, ``state`` |
| floats of the code as exact numbers | ``floats``, ``ledger``; ``provenance``, ``following``, ``followed`` |
| known by what it computes: a sparsemax that sorts | ``sampled`` |
| a run for one number of classes, entry by entry | ``written`` |
| a run on the graph of torch.export, the last way in | ``exported`` |
| the veto: what was recorded, against the code | ``comparison``, ``batches``, ``eager``; ``reading`` and ``shares`` |
| what comes out: a formula and notes, or why there is none | ``outcome``; ``failures``, ``place`` |
"""
