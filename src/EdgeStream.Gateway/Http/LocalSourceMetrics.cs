using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Metrics;

namespace EdgeStream.Gateway.Http;

/// <summary>The metrics of Modbus devices, and of sensors and lines of the kernel.</summary>
internal static class LocalSourceMetrics
{
    /// <summary>Writes them.</summary>
    public static void Write(ref MetricWriter writer, LocalSources? sources)
    {
        var devices = (sources?.Modbus ?? []).SelectMany(static source => source.Status).ToArray();
        Write(ref writer, MetricCatalog.ModbusReadings, devices, static device => device.Readings);
        Write(ref writer, MetricCatalog.ModbusFailures, devices, static device => device.Failures);
        Write(ref writer, MetricCatalog.ModbusStale, devices, static device => device.IsStale ? 1 : 0);
        var sensors = (sources?.KernelStatus ?? []).ToArray();
        Write(ref writer, MetricCatalog.SensorReadings, sensors, static sensor => sensor.Readings);
        Write(ref writer, MetricCatalog.SensorFailures, sensors, static sensor => sensor.Failures);
        Write(ref writer, MetricCatalog.SensorLost, sensors, static sensor => sensor.Lost);
        Write(ref writer, MetricCatalog.SensorStale, sensors, static sensor => sensor.IsStale ? 1 : 0);
    }

    private static void Write(
        ref MetricWriter writer, Metric metric, ModbusDeviceStatus[] devices, Func<ModbusDeviceStatus, double> value)
    {
        writer.Begin(metric);
        foreach (var device in devices)
        {
            writer.Sample("device"u8, device.Name, value(device));
        }
    }

    private static void Write(
        ref MetricWriter writer,
        Metric metric,
        (string Source, string Device, SensorStatus Status)[] sensors,
        Func<SensorStatus, double> value)
    {
        writer.Begin(metric);
        foreach (var (source, _, status) in sensors)
        {
            writer.Sample("source"u8, source, "sensor"u8, status.Name, value(status));
        }
    }
}
