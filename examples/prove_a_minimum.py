"""Search for a minimum that is not global, prove it, write the certificate and check it."""

from verify import NotCertified, ReLUTeacherStudent, Verified, certify, check
from verify.producer.search import search

landscape = ReLUTeacherStudent.orthonormal(6)  # 6 teacher neurons
found = search(landscape, 6, runs=10)  # 6 student neurons; nothing here is proved
for candidate in found.candidates:
    if candidate.smallest_eigenvalue < 0:
        continue
    try:
        certificate = certify(landscape, candidate.student)
    except NotCertified as reason:
        print("not certified:", reason)
        continue
    certificate.save("minimum.json")
    verdict = check("minimum.json")
    assert isinstance(verdict, Verified)
    print(verdict.statement.sentence())
    break
