using System.Buffers;
using System.Text.Json;

namespace EdgeStream.Devices.Tests;

/// <summary>
/// A folder of small files in the shape of <c>/proc</c> and <c>/sys</c>, and a sampler that reads it.
/// </summary>
internal sealed class BoardTree : IDisposable
{
    private readonly BoardSampler _sampler;

    private BoardTree(int rescanSamples)
    {
        Root = Directory.CreateTempSubdirectory("edgestream-board-").FullName;
        _sampler = new BoardSampler(
            new BoardSamplerOptions { Root = Root, DataFolder = Root, RescanSamples = rescanSamples }, Logger);
    }

    internal string Root { get; }

    internal ListLogger<BoardSampler> Logger { get; } = new();

    internal long FailedReads => _sampler.FailedReads;

    internal static BoardTree Empty(int rescanSamples = 30) => new(rescanSamples);

    /// <summary>
    /// A Raspberry Pi 4 with Raspberry Pi OS: one thermal zone, which hwmon repeats, and a voltage watchdog.
    /// </summary>
    internal static BoardTree RaspberryPi()
    {
        var tree = new BoardTree(rescanSamples: 2);
        tree.WriteProc();
        tree.Write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
        tree.Write("sys/class/thermal/thermal_zone0/temp", "48199\n");
        tree.Write("sys/class/thermal/cooling_device0/type", "gpio-fan\n");
        tree.Write("sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
        tree.Write("sys/class/hwmon/hwmon0/temp1_input", "48199\n");
        tree.Write("sys/class/hwmon/hwmon0/temp1_crit", "110000\n");
        tree.Write("sys/class/hwmon/hwmon1/name", "rpi_volt\n");
        tree.Write("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n");
        tree.Write("sys/block/mmcblk0/device/type", "SD\n");
        tree.Write("sys/block/loop0/size", "0\n");
        return tree;
    }

    /// <summary>A PC: package and cores in coretemp, a board chip with fans and voltages, two NVMe drives.</summary>
    internal static BoardTree PersonalComputer()
    {
        var tree = new BoardTree(rescanSamples: 2);
        tree.WriteProc();
        tree.Write("sys/class/thermal/thermal_zone0/type", "acpitz\n");
        tree.Write("sys/class/thermal/thermal_zone0/temp", "27800\n");
        tree.Write("sys/class/thermal/thermal_zone1/type", "x86_pkg_temp\n");
        tree.Write("sys/class/thermal/thermal_zone1/temp", "61000\n");
        tree.Write("sys/class/hwmon/hwmon0/name", "nvme\n");
        tree.Write("sys/class/hwmon/hwmon0/temp1_label", "Composite\n");
        tree.Write("sys/class/hwmon/hwmon0/temp1_input", "38850\n");
        tree.Write("sys/class/hwmon/hwmon1/name", "nvme\n");
        tree.Write("sys/class/hwmon/hwmon1/temp1_label", "Composite\n");
        tree.Write("sys/class/hwmon/hwmon1/temp1_input", "41850\n");
        tree.Write("sys/class/hwmon/hwmon2/name", "coretemp\n");
        tree.Write("sys/class/hwmon/hwmon2/temp1_label", "Package id 0\n");
        tree.Write("sys/class/hwmon/hwmon2/temp1_input", "61000\n");
        tree.Write("sys/class/hwmon/hwmon2/temp2_label", "Core 0\n");
        tree.Write("sys/class/hwmon/hwmon2/temp2_input", "58000\n");
        tree.Write("sys/class/hwmon/hwmon3/name", "nct6798\n");
        tree.Write("sys/class/hwmon/hwmon3/in0_input", "1104\n");
        tree.Write("sys/class/hwmon/hwmon3/in10_input", "3344\n");
        tree.Write("sys/class/hwmon/hwmon3/fan2_input", "1180\n");
        tree.Write("sys/class/hwmon/hwmon3/temp1_label", "SYSTIN\n");
        tree.Write("sys/class/hwmon/hwmon3/temp1_input", "-3000\n");
        tree.Write("sys/class/hwmon/hwmon4/name", "ina226\n");
        tree.Write("sys/class/hwmon/hwmon4/curr1_input", "412\n");
        tree.Write("sys/class/hwmon/hwmon4/power1_input", "2100000\n");
        tree.Write("sys/class/hwmon/hwmon5/name", "sht3x\n");
        tree.Write("sys/class/hwmon/hwmon5/humidity1_input", "45670\n");
        tree.Write("sys/class/hwmon/hwmon6/name", "amdgpu\n");
        tree.Write("sys/class/hwmon/hwmon6/power1_average", "11017000\n");
        return tree;
    }

    internal void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    internal void Delete(string path)
    {
        var full = Path.Combine(Root, path);
        if (Directory.Exists(full))
        {
            Directory.Delete(full, recursive: true);
        }
        else
        {
            File.Delete(full);
        }
    }

    /// <summary>Takes one sample and reads it back, members in their order.</summary>
    internal Dictionary<string, double> Sample(int seconds)
    {
        var output = new ArrayBufferWriter<byte>();
        var count = _sampler.Sample(TimeSpan.FromSeconds(seconds), output);
        Assert.DoesNotContain((byte)'\n', output.WrittenSpan.ToArray());
        using var document = JsonDocument.Parse(output.WrittenMemory);
        var fields = new Dictionary<string, double>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            // A second member of the same name would throw here.
            fields.Add(member.Name, member.Value.GetDouble());
        }

        Assert.Equal(count, fields.Count);
        return fields;
    }

    public void Dispose()
    {
        _sampler.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    internal void WriteStat(string cpuLine) => Write(
        "proc/stat", $"{cpuLine}\ncpu0 11203 0 1721 157303 743 0 37 238 0 0\nintr 472034 0 0 0\nctxt 1272807\n");

    internal void WriteNetwork(long receivedBytes, long sentBytes) => Write(
        "proc/net/dev",
        $"""
        Inter-|   Receive                          |  Transmit
         face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier
            lo: 9000000    9000    0    0    0     0          0         0  9000000    9000    0    0    0     0   0  0
          eth0:{receivedBytes}   18026 0 0 0 0 0 0   {sentBytes}   10937    0    0    0     0       0          0
         wlan0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0   0  0
        veth9a1:    500       5    0    0    0     0          0         0      500       5    0    0    0     0   0  0

        """);

    internal void WriteDisks(long sectorsRead, long sectorsWritten) => Write(
        "proc/diskstats",
        $"""
           7       0 loop0 100 0 8000 20 0 0 0 0 0 24 20
         179       0 mmcblk0 5212 1604 {sectorsRead} 31223 4410 5003 {sectorsWritten} 61232 0 39120 92455
         179       1 mmcblk0p1 111 0 9000 20 3 0 7 0 0 24 20

        """);

    private void WriteProc()
    {
        WriteStat("cpu  1000 0 500 8000 500 0 0 0 0 0");
        WriteNetwork(634_665_431, 793_020);
        WriteDisks(400_000, 200_000);
        Write("proc/loadavg", "0.52 0.61 0.38 2/163 5713\n");
        Write("proc/uptime", "93011.44 359200.10\n");
        Write(
            "proc/meminfo",
            """
            MemTotal:        3884364 kB
            MemFree:         2413100 kB
            MemAvailable:    2913273 kB
            Buffers:           51020 kB
            Cached:           581204 kB
            SwapTotal:        102396 kB
            SwapFree:          51198 kB

            """);
    }
}
