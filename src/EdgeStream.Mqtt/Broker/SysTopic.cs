using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>One topic under <c>$SYS/</c>: its name, and how its value is read off the broker.</summary>
internal sealed class SysTopic
{
    private readonly Func<MqttBroker, string> _read;

    internal SysTopic(string name, Func<MqttBroker, string> read)
    {
        Name = Encoding.UTF8.GetBytes("$SYS/broker/" + name);
        _read = read;
    }

    internal byte[] Name { get; }

    /// <summary>The value as of now, to be delivered as a retained message at QoS 0.</summary>
    internal ApplicationMessage Read(MqttBroker broker) => new()
    {
        Topic = Name,
        Payload = Encoding.UTF8.GetBytes(_read(broker)),
        Retain = true,
    };
}
