/** What a decision is limited to: those limited to two members of one line can stand side by side. */
export const scopeClasses = `
environment: production=prod=in production=live system, development=dev=in development=locally=local development=dev machines=developer machines, staging=preview=pre production, tests=in tests=unit tests=test environment, ci=in ci=on ci
side: frontend=web app=browser=web client=spa=client side, backend=server=server side, mobile=ios=android=mobile app=phone app, cli=command line, desktop app
audience: internal=internal services=staff=employees=admin=admins=back office, external=public=customers=partners=end users
flow: read=reads=reading=read path, write=writes=writing=write path=saving
travel: incoming=inbound=ingress, outgoing=outbound=egress
transfer: upload=uploads, download=downloads
languages: typescript=ts files=tsx=js files=javascript, python=py files, golang=go code, makefile=makefiles, sql=sql files, markdown, yaml=yml, rust, shell scripts, css=scss, java, kotlin
age: new code=new modules=new services=new tables=new projects=new endpoints, legacy=old code=legacy code=existing code=existing tables
`;
