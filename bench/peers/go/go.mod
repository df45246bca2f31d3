module contender

go 1.24.0

require (
	github.com/gaissmai/bart v0.30.0
	github.com/sagernet/sing v0.5.1
	github.com/v2fly/v2ray-core/v5 v5.16.1
)

require (
	golang.org/x/net v0.24.0 // indirect
	golang.org/x/sys v0.21.0 // indirect
	golang.org/x/text v0.14.0 // indirect
)
