namespace EdgeStream.Devices.Tests;

public class BoardFailureTests
{
    private const string Sensor = "sys/class/hwmon/hwmon5/humidity1_input";

    [Fact]
    public void A_sensor_that_answers_with_an_io_error_is_left_out_and_the_others_go_on()
    {
        using var tree = BoardTree.PersonalComputer();
        tree.Delete(Sensor);

        // Reading the first bytes of a process's memory gives EIO, as a sensor with a broken bus does.
        File.CreateSymbolicLink(Path.Combine(tree.Root, Sensor), "/proc/self/mem");
        var fields = tree.Sample(seconds: 0);
        Assert.DoesNotContain("sht3x_humidity_percent", fields.Keys);
        Assert.Equal(11.017, fields["amdgpu_power_watts"]);
        Assert.Equal(1, tree.FailedReads);
    }

    [Theory]
    [InlineData("")]
    [InlineData("N/A\n")]
    [InlineData("1e400\n")]
    public void Text_that_is_no_number_gives_no_value(string text)
    {
        using var tree = BoardTree.PersonalComputer();
        tree.Write(Sensor, text);
        Assert.DoesNotContain("sht3x_humidity_percent", tree.Sample(seconds: 0).Keys);
        Assert.Equal(1, tree.FailedReads);
    }

    [Fact]
    public void A_failure_is_counted_each_time_but_logged_once_until_the_sensor_works_again()
    {
        using var tree = BoardTree.PersonalComputer();
        tree.Sample(seconds: 0);
        tree.Write(Sensor, "broken\n");
        for (var second = 1; second < 20; second++)
        {
            Assert.DoesNotContain("sht3x_humidity_percent", tree.Sample(second).Keys);
        }

        Assert.InRange(tree.FailedReads, 3, 6);
        Assert.Single(tree.Logger.Lines, line => line.StartsWith("2000", StringComparison.Ordinal));
        tree.Write(Sensor, "50000\n");
        var samplesUntilBack = Enumerable.Range(20, 33)
            .TakeWhile(second => !tree.Sample(second).ContainsKey("sht3x_humidity_percent"))
            .Count();
        Assert.InRange(samplesUntilBack, 0, 32);
        Assert.Single(tree.Logger.Lines, line => line.StartsWith("2001", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sensor_that_says_it_is_faulty_has_no_value()
    {
        using var tree = BoardTree.PersonalComputer();
        tree.Write("sys/class/hwmon/hwmon3/temp1_fault", "1\n");
        Assert.DoesNotContain("nct6798_systin_temperature_celsius", tree.Sample(seconds: 0).Keys);
        tree.Write("sys/class/hwmon/hwmon3/temp1_fault", "0\n");
        Assert.Equal(-3, tree.Sample(seconds: 1)["nct6798_systin_temperature_celsius"]);
        Assert.Equal(0, tree.FailedReads);
    }

    [Fact]
    public void A_temperature_below_absolute_zero_is_refused()
    {
        using var tree = BoardTree.RaspberryPi();
        tree.Write("sys/class/thermal/thermal_zone0/temp", "-274000\n");
        Assert.DoesNotContain("cpu_temperature_celsius", tree.Sample(seconds: 0).Keys);
        Assert.Equal(1, tree.FailedReads);
    }

    [Fact]
    public void A_device_that_is_unplugged_disappears_and_comes_back_under_its_name()
    {
        using var tree = BoardTree.PersonalComputer();
        tree.Sample(seconds: 0);
        tree.Delete("sys/class/hwmon/hwmon5");
        Assert.DoesNotContain("sht3x_humidity_percent", tree.Sample(seconds: 1).Keys);
        tree.Sample(seconds: 2);
        var failedReads = tree.FailedReads;
        tree.Sample(seconds: 3);
        Assert.Equal(failedReads, tree.FailedReads);

        // The kernel gives it another number when it is plugged in again.
        tree.Write("sys/class/hwmon/hwmon9/name", "sht3x\n");
        tree.Write("sys/class/hwmon/hwmon9/humidity1_input", "51000\n");
        Assert.Equal(51, tree.Sample(seconds: 4)["sht3x_humidity_percent"]);
    }

    [Fact]
    public void A_sensor_that_stays_keeps_its_name_while_another_of_its_kind_comes_and_goes()
    {
        using var tree = BoardTree.PersonalComputer();
        tree.Sample(seconds: 0);
        tree.Delete("sys/class/hwmon/hwmon0");
        tree.Sample(seconds: 1);
        var fields = tree.Sample(seconds: 2);
        Assert.Equal(41.85, fields["nvme_composite_2_temperature_celsius"]);
        Assert.DoesNotContain("nvme_composite_temperature_celsius", fields.Keys);
    }

    [Fact]
    public void A_thousand_sensors_fill_at_most_two_hundred_and_fifty_six_fields()
    {
        using var tree = BoardTree.Empty();
        tree.Write("sys/class/hwmon/hwmon0/name", "many\n");
        for (var number = 1; number <= 1000; number++)
        {
            tree.Write($"sys/class/hwmon/hwmon0/temp{number}_input", "20000\n");
        }

        Assert.Equal(256, tree.Sample(seconds: 0).Count);
    }

    [Theory]
    [InlineData("cpu-thermal", "cpu_thermal")]
    [InlineData(" Package id 0 ", "package_id_0")]
    [InlineData("+3.3V", "3_3v")]
    [InlineData("Größe", "gr_e")]
    [InlineData("***", "unnamed")]
    [InlineData("\"},{\"", "unnamed")]
    public void Names_hold_only_lower_case_letters_digits_and_single_underscores(string text, string name) =>
        Assert.Equal(name, FieldNames.Sanitise(text));
}
