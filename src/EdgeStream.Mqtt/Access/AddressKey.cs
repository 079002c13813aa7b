using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Mqtt;

/// <summary>What counts as one address: an IPv4 address, or the network of 64 bits that an IPv6 host has to
/// itself.</summary>
internal static class AddressKey
{
    private const int NetworkBytes = 8;

    internal static IPAddress Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
