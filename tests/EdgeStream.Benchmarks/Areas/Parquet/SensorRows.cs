using System.Globalization;
using System.Text;
using EdgeStream.Delivery;

namespace EdgeStream.Benchmarks.Areas.Parquet;

/// <summary>Readings of fifty devices, and the two ways to give them away: to the writer, and as text to the peer.
/// </summary>
internal sealed class SensorRows
{
    private const int DeviceCount = 50;
    private const long FirstMicroseconds = 1_790_000_000_000_000;

    /// <summary>About what a row takes: seven numbers and a name.</summary>
    private const int RowSizeBytes = 75;

    private readonly byte[][] _devices;
    private readonly int[] _device;
    private readonly long[] _time;
    private readonly double[] _temperature;
    private readonly double[] _humidity;
    private readonly double[] _noise;
    private readonly bool[] _isOpen;

    public SensorRows(int count, int seed)
    {
        var random = new Random(seed);
        _devices = [.. Enumerable.Range(0, DeviceCount).Select(i => Encoding.UTF8.GetBytes($"greenhouse/{i}/climate"))];
        _device = new int[count];
        _time = new long[count];
        _temperature = new double[count];
        _humidity = new double[count];
        _noise = new double[count];
        _isOpen = new bool[count];
        var temperature = 20.0;
        for (var i = 0; i < count; i++)
        {
            temperature += random.NextDouble() - 0.5;
            _device[i] = random.Next(DeviceCount);
            _time[i] = FirstMicroseconds + (i * 1_000L) + random.Next(300);
            _temperature[i] = Math.Round(temperature, 2);
            _humidity[i] = random.Next(300, 700) / 10.0;
            _noise[i] = random.NextDouble();
            _isOpen[i] = random.Next(10) > 0;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _device.Length;

    /// <summary>Writes the gateway's file and measures that.</summary>
    public ParquetFigures Write(string path, CompressionKind compression)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var started = TimeProvider.System.GetTimestamp();
        using var file = File.Create(path);
        using var writer = new ParquetWriter(file, compression);
        writer.AddColumn(new ParquetColumn("sequence", ColumnType.Int64, IsRequired: true));
        writer.AddColumn(new ParquetColumn("key", ColumnType.String, IsRequired: true));
        writer.AddColumn(new ParquetColumn("time", ColumnType.TimestampMicros, IsRequired: false));
        writer.AddColumn(new ParquetColumn("temperature", ColumnType.Double, IsRequired: false));
        writer.AddColumn(new ParquetColumn("humidity", ColumnType.Double, IsRequired: false));
        writer.AddColumn(new ParquetColumn("noise", ColumnType.Double, IsRequired: false));
        writer.AddColumn(new ParquetColumn("open", ColumnType.Boolean, IsRequired: false));
        var buffers = writer.Buffers;
        for (var i = 0; i < Count; i++)
        {
            buffers[0].AddNumber(i + 1);
            buffers[1].AddText(_devices[_device[i]]);
            buffers[2].AddNumber(_time[i]);
            buffers[3].AddNumber(BitConverter.DoubleToInt64Bits(_temperature[i]));
            buffers[4].AddNumber(BitConverter.DoubleToInt64Bits(_humidity[i]));
            buffers[5].AddNumber(BitConverter.DoubleToInt64Bits(_noise[i]));
            buffers[6].AddNumber(_isOpen[i] ? 1 : 0);
            writer.EndRow(RowSizeBytes);
        }

        writer.End();
        file.Flush();
        return new ParquetFigures(
            Count / TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            Count / (Environment.CpuUsage.TotalTime - processor).TotalSeconds,
            file.Length);
    }

    /// <summary>Writes the same rows as text.</summary>
    public void WriteText(string path)
    {
        using var text = new StreamWriter(path);
        text.WriteLine("sequence,key,time,temperature,humidity,noise,open");
        for (var i = 0; i < Count; i++)
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{i + 1},{Encoding.UTF8.GetString(_devices[_device[i]])},{_time[i]},{_temperature[i]:R},"
                + $"{_humidity[i]:R},{_noise[i]:R},{(_isOpen[i] ? "true" : "false")}"));
        }
    }
}
