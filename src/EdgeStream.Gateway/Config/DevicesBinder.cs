using System.Text;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes what the configuration says of the devices themselves.</summary>
internal static class DevicesBinder
{
    /// <summary>Binds the section.</summary>
    public static DevicesConfig Bind(ConfigReader reader, ConfigValues root)
    {
        var values = root.Section(DevicesKeys.Section);
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (device, name) in values.Map(DevicesKeys.Aliases))
        {
            aliases[device] = name;
            if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > DeviceRegistry.AliasSizeBytesMax)
            {
                reader.Report(values.At(DevicesKeys.Aliases),
                    $"the name of '{device}' must have 1 to {DeviceRegistry.AliasSizeBytesMax} bytes");
            }
        }

        var announced = values.Section(DevicesKeys.HomeAssistant);
        return new DevicesConfig(aliases, new HomeAssistantConfig(
            announced.Boolean(DevicesKeys.Enabled),
            announced.Text(DevicesKeys.Prefix),
            string.Join('\n', announced.Texts(DevicesKeys.Only))));
    }
}
