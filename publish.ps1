#requires -Version 5.1
<#
.SYNOPSIS
    Publishes EdgeStream as one trimmed native binary.
.DESCRIPTION
    Calls `dotnet publish` on the gateway; everything that matters is in the MSBuild files, so that
        dotnet publish src/EdgeStream.Gateway -c Release -r <runtime> -p:EdgeStreamAot=true
    gives the same binary. Native compilation does not cross operating systems: run this on Linux (WSL 2 will do).
    For another processor than this machine's it needs clang, lld and that processor's C library; what is missing is
    named before anything is compiled.
.PARAMETER Runtime
    The board's .NET runtime identifier: linux-arm64 (default), linux-arm or linux-x64.
.PARAMETER Framework
    The target framework, net10.0 by default.
.PARAMETER Output
    The folder for the binary. By default a folder below artifacts/, whose path is printed at the end.
.EXAMPLE
    ./publish.ps1 -Runtime linux-arm64 -Output out
#>
[CmdletBinding()]
param(
    [ValidateSet('linux-arm64', 'linux-arm', 'linux-x64')]
    [string] $Runtime = 'linux-arm64',

    [ValidatePattern('^net[0-9]+\.[0-9]+$')]
    [string] $Framework = 'net10.0',

    [string] $Output = ''
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

if (-not (Get-Command 'dotnet' -ErrorAction SilentlyContinue)) {
    Write-Error 'The .NET SDK is missing: install .NET 10 from https://dot.net and run this again.'
}

$project = Join-Path $PSScriptRoot 'src/EdgeStream.Gateway'
$arguments = @('publish', $project, '-c', 'Release', '-r', $Runtime,
    '-p:EdgeStreamAot=true', "-p:EdgeStreamTfm=$Framework")
if ($Output -ne '') {
    $arguments += @('-o', $Output)
}

& dotnet $arguments
exit $LASTEXITCODE
