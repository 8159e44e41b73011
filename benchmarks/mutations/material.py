import sys
sys.path.insert(0, "/tmp/w")
import json
from benchmarks.mutations.mutator import Claimed
def claims(names_=None):
    import cov, symcheck as sc
    from symcheck import losses, regularizers
    from symcheck.proof import check as ck
    out=[]
    for about,ns in (('loss',cov.names(losses)),('regularizer',cov.names(regularizers))):
        for n in ns:
            if names_ and n not in names_: continue
            try:
                c=sc.certify(n,'l2') if about=='loss' else sc.certify('cross_entropy',n)
                rep=getattr(c.origin.material,about)
                st,pr=cov.proof_of(rep,getattr(c,about).formula,about,c.quotient)
                pr=json.loads(json.dumps(pr))
                ck.check(st,pr); out.append(Claimed(n,st,pr))
            except Exception as e: pass
    return out
