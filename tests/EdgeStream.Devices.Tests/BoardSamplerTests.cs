namespace EdgeStream.Devices.Tests;

public class BoardSamplerTests
{
    [Fact]
    public void A_raspberry_pi_shows_its_values_under_names_with_the_unit_last()
    {
        using var tree = BoardTree.RaspberryPi();
        var fields = tree.Sample(seconds: 0);
        Assert.Equal(48.199, fields["cpu_temperature_celsius"]);
        Assert.Equal(0.52, fields["load_average_1m"]);
        Assert.Equal(0.38, fields["load_average_15m"]);
        Assert.Equal(25.0, fields["memory_used_percent"], tolerance: 0.01);
        Assert.Equal(3_884_364L * 1024, fields["memory_total_bytes"]);
        Assert.Equal(2_913_273L * 1024, fields["memory_available_bytes"]);
        Assert.Equal(50.0, fields["swap_used_percent"]);
        Assert.Equal(93_011, fields["uptime_seconds"]);
        Assert.InRange(fields["disk_used_percent"], 0, 100);
        Assert.InRange(fields["disk_free_bytes"], 0, fields["disk_total_bytes"]);
        Assert.Equal(0, tree.FailedReads);
    }

    [Fact]
    public void A_hwmon_chip_that_repeats_a_thermal_zone_is_left_out()
    {
        using var tree = BoardTree.RaspberryPi();
        Assert.Equal(["cpu_temperature_celsius"], tree.Sample(seconds: 0).Keys.Where(name => name.EndsWith("celsius")));
    }

    [Fact]
    public void A_pc_shows_every_sensor_in_the_units_of_its_name()
    {
        using var tree = BoardTree.PersonalComputer();
        var fields = tree.Sample(seconds: 0);
        var expected = new Dictionary<string, double>
        {
            ["cpu_temperature_celsius"] = 61,
            ["acpitz_temperature_celsius"] = 27.8,
            ["nvme_composite_temperature_celsius"] = 38.85,
            ["nvme_composite_2_temperature_celsius"] = 41.85,
            ["coretemp_package_id_0_temperature_celsius"] = 61,
            ["coretemp_core_0_temperature_celsius"] = 58,
            ["nct6798_systin_temperature_celsius"] = -3,
            ["nct6798_in0_voltage_volts"] = 1.104,
            ["nct6798_in10_voltage_volts"] = 3.344,
            ["nct6798_fan_rpm"] = 1180,
            ["ina226_current_amperes"] = 0.412,
            ["ina226_power_watts"] = 2.1,
            ["sht3x_humidity_percent"] = 45.67,
            ["amdgpu_power_watts"] = 11.017,
        };
        Assert.Equal(expected, fields.Where(field => expected.ContainsKey(field.Key)).ToDictionary());
    }

    [Fact]
    public void The_chip_of_the_cpu_stands_in_where_no_thermal_zone_is_the_cpus()
    {
        using var tree = BoardTree.Empty();
        tree.Write("sys/class/hwmon/hwmon0/name", "k10temp\n");
        tree.Write("sys/class/hwmon/hwmon0/temp1_label", "Tctl\n");
        tree.Write("sys/class/hwmon/hwmon0/temp1_input", "44125\n");
        Assert.Equal(44.125, tree.Sample(seconds: 0)["cpu_temperature_celsius"]);
    }

    [Fact]
    public void The_load_is_the_share_of_busy_ticks_since_the_sample_before()
    {
        using var tree = BoardTree.RaspberryPi();
        Assert.DoesNotContain("cpu_load_percent", tree.Sample(seconds: 0).Keys);

        // 100 ticks pass: 20 in user mode, 5 in the kernel, 60 idle, 15 waiting for a disk.
        tree.WriteStat("cpu  1020 0 505 8060 515 0 0 0 0 0");
        Assert.Equal(25.0, tree.Sample(seconds: 1)["cpu_load_percent"]);
    }

    [Fact]
    public void Counters_become_rates_per_second_of_the_monotonic_clock()
    {
        using var tree = BoardTree.RaspberryPi();
        Assert.DoesNotContain(tree.Sample(seconds: 100).Keys, name => name.Contains("per_second"));
        tree.WriteNetwork(634_665_431 + 12_340, 793_020 + 5_000);
        tree.WriteDisks(400_000 + 20, 200_000 + 100);
        var fields = tree.Sample(seconds: 110);
        Assert.Equal(1234.0, fields["network_eth0_received_bytes_per_second"]);
        Assert.Equal(500.0, fields["network_eth0_sent_bytes_per_second"]);
        Assert.Equal(1024.0, fields["disk_mmcblk0_read_bytes_per_second"]);
        Assert.Equal(5120.0, fields["disk_mmcblk0_written_bytes_per_second"]);
    }

    [Fact]
    public void Loopback_container_ends_idle_interfaces_loops_and_partitions_are_left_out()
    {
        using var tree = BoardTree.RaspberryPi();
        tree.Sample(seconds: 0);
        Assert.DoesNotContain(
            tree.Sample(seconds: 1).Keys,
            name => name.Contains("_lo_") || name.Contains("veth") || name.Contains("wlan0")
                || name.Contains("loop") || name.Contains("mmcblk0p1"));
    }

    [Fact]
    public void A_counter_that_wraps_or_resets_gives_no_rate_and_never_a_negative_one()
    {
        using var tree = BoardTree.RaspberryPi();
        tree.Sample(seconds: 0);
        tree.WriteNetwork(receivedBytes: 10, sentBytes: 793_020);
        tree.WriteDisks(0, 0);
        tree.WriteStat("cpu  10 0 5 80 5 0 0 0 0 0");
        var fields = tree.Sample(seconds: 1);
        Assert.DoesNotContain("network_eth0_received_bytes_per_second", fields.Keys);
        Assert.Equal(0.0, fields["network_eth0_sent_bytes_per_second"]);
        Assert.DoesNotContain("disk_mmcblk0_read_bytes_per_second", fields.Keys);
        Assert.DoesNotContain("cpu_load_percent", fields.Keys);

        // From the new start on there are rates again.
        tree.WriteNetwork(receivedBytes: 110, sentBytes: 793_020);
        Assert.Equal(100.0, tree.Sample(seconds: 2)["network_eth0_received_bytes_per_second"]);
    }

    [Fact]
    public void A_clock_that_stands_gives_no_rates()
    {
        using var tree = BoardTree.RaspberryPi();
        tree.Sample(seconds: 5);
        Assert.DoesNotContain(tree.Sample(seconds: 5).Keys, name => name.Contains("per_second"));
    }

    [Fact]
    public void Without_proc_and_sys_there_is_still_the_data_folders_disk()
    {
        using var tree = BoardTree.Empty();
        Assert.Equal(["disk_used_percent", "disk_free_bytes", "disk_total_bytes"], tree.Sample(seconds: 0).Keys);
    }

    [Fact]
    public void A_kernel_without_MemAvailable_is_estimated_from_free_memory_and_caches()
    {
        using var tree = BoardTree.Empty();
        tree.Write(
            "proc/meminfo",
            "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 350 kB\nSwapTotal: 0 kB\n");
        var fields = tree.Sample(seconds: 0);
        Assert.Equal(50.0, fields["memory_used_percent"]);
        Assert.DoesNotContain("swap_used_percent", fields.Keys);
    }

    [Fact]
    public void This_machine_can_be_read()
    {
        using var sampler = new BoardSampler(
            new BoardSamplerOptions { DataFolder = Path.GetTempPath() }, new ListLogger<BoardSampler>());
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        sampler.Sample(TimeSpan.Zero, output);
        var values = NumericFields.Extract(output.WrittenSpan).ToDictionary();
        Assert.InRange(values["memory_used_percent"], 0, 100);
        Assert.InRange(values["uptime_seconds"], 1, double.MaxValue);
    }
}
