using System.Net;

namespace EdgeStream.Mqtt;

/// <summary>Counts connections, in all and by address, and refuses those beyond the bounds.</summary>
/// <remarks>Thread-safe. Holds one entry for each address that has a connection.</remarks>
internal sealed class Admission
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly int _connectionsMax;
    private readonly int _perAddressMax;
    private int _connections;

    internal Admission(int connectionsMax, int perAddressMax)
    {
        _connectionsMax = connectionsMax;
        _perAddressMax = perAddressMax;
    }

    /// <summary>Takes a place; what was taken is given back by <see cref="Leave"/>.</summary>
    /// <param name="address">Null where there is none to count by.</param>
    /// <param name="refusal">Which bound forbids it.</param>
    internal bool TryEnter(IPAddress? address, out MqttRefusal refusal)
    {
        lock (_gate)
        {
            refusal = MqttRefusal.Connections;
            if (_connections >= _connectionsMax)
            {
                return false;
            }

            if (address is not null && _perAddressMax > 0)
            {
                IPAddress key = AddressKey.Of(address);
                int count = _byAddress.GetValueOrDefault(key);
                if (count >= _perAddressMax)
                {
                    refusal = MqttRefusal.ConnectionsOfAddress;
                    return false;
                }

                _byAddress[key] = count + 1;
            }

            _connections++;
            return true;
        }
    }

    internal void Leave(IPAddress? address)
    {
        lock (_gate)
        {
            _connections--;
            if (address is null || _perAddressMax == 0)
            {
                return;
            }

            IPAddress key = AddressKey.Of(address);
            int count = _byAddress.GetValueOrDefault(key);
            if (count <= 1)
            {
                _byAddress.Remove(key);
            }
            else
            {
                _byAddress[key] = count - 1;
            }
        }
    }
}
