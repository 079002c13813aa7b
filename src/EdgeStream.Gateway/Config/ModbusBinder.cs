using System.Globalization;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the Modbus sources.</summary>
internal sealed class ModbusBinder(ConfigReader reader, StreamReferences names)
{
    /// <summary>The file's Modbus sources.</summary>
    public IReadOnlyList<ModbusSourceOptions> Bind(ConfigValues root)
    {
        var sources = new List<ModbusSourceOptions>();
        var devices = new UniqueNames(reader, "device");
        foreach (var item in root.List(LinkKeys.Sources) ?? [])
        {
            if (item.Has(ModbusKeys.Source))
            {
                sources.Add(BindSource(
                    item.Text(LinkKeys.SourceName), item.Section(ModbusKeys.Source), devices));
            }
        }

        return sources;
    }

    private ModbusSourceOptions BindSource(string name, ConfigValues values, UniqueNames seen)
    {
        ModbusUrl.TryParse(values.Text(ModbusKeys.Url), out var host, out var port, out var path);
        if (path.Length == 0)
        {
            RefuseSerial(values, ModbusKeys.BaudRate);
            RefuseSerial(values, ModbusKeys.Parity);
            RefuseSerial(values, ModbusKeys.StopBits);
        }

        var devices = new List<ModbusDeviceOptions>();
        foreach (var item in values.List(ModbusKeys.Devices) ?? [])
        {
            if (seen.Add(item, ModbusKeys.DeviceName))
            {
                devices.Add(BindDevice(item));
            }
        }

        if (devices.Count == 0)
        {
            reader.Report(values.Location, $"the source '{name}' needs 'devices' with at least one device");
        }

        return new ModbusSourceOptions
        {
            Name = name,
            Host = host,
            Port = port,
            Serial = path.Length == 0 ? null : new SerialSettings(
                path,
                int.Parse(values.Text(ModbusKeys.BaudRate), CultureInfo.InvariantCulture),
                values.Text(ModbusKeys.Parity),
                values.Integer(ModbusKeys.StopBits)),
            Timeout = values.Duration(ModbusKeys.Timeout),
            Stream = names.Check(values, ModbusKeys.Stream),
            Devices = devices,
        };
    }

    private ModbusDeviceOptions BindDevice(ConfigValues item)
    {
        var device = new ModbusDeviceOptions
        {
            Name = item.Text(ModbusKeys.DeviceName),
            Unit = (byte)item.Integer(ModbusKeys.Unit),
            Period = item.Duration(ModbusKeys.Period),
            Gap = item.Integer(ModbusKeys.Gap),
            Registers = item.Texts(ModbusKeys.Registers),
        };
        if (device.FindProblem() is { } problem)
        {
            reader.Report(item.At(ModbusKeys.Registers), problem);
        }

        return device;
    }

    private void RefuseSerial(ConfigValues values, SchemaScalar key)
    {
        if (values.Has(key))
        {
            reader.Report(values.At(key), $"'{key.Name}' needs a 'url' that begins with rtu://");
        }
    }
}
