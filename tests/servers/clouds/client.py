"""What the platforms' own clients do with a server: `client.py PLATFORM ADDRESS FOLDER WORD…`.

`drive` confirms that a server of this folder does what the client takes the platform to do; `wrap KEY AAD`
prints a wrapped key and the version that wrapped it, `unwrap BLOB VERSION AAD` the key again, in base64.
`control JSON` tells the server what it is to refuse.
"""
import importlib
import json
import ssl
import sys
import urllib.request

if __name__ == "__main__":
    platform, address, folder, verb, *words = sys.argv[1:]
    if verb == "control":
        scheme = "https" if platform == "azure" else "http"
        context = ssl.create_default_context(cafile=f"{folder}/ca.pem") if platform == "azure" else None
        request = urllib.request.Request(f"{scheme}://{address}/control", words[0].encode())
        print(json.dumps(json.load(urllib.request.urlopen(request, context=context))))
    else:
        module = importlib.import_module(f"{platform}_client")
        printed = getattr(module, verb)(module.connect(address, folder), *words)
        if printed is not None:
            print(printed)
