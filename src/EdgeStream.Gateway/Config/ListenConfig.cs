using System.Net;

namespace EdgeStream.Gateway.Config;

/// <summary>An address and a port to listen on.</summary>
internal sealed record ListenConfig(IPAddress Address, int Port);
