namespace EdgeStream.Devices.Tests.Sensors;

/// <summary>What the files of the kernel's classes mean, in the units of their documentation.</summary>
public class SensorReadingTests
{
    [Theory]
    [InlineData("temp1", "21500", 21.5, "Cel")]
    [InlineData("temp2", "-7250", -7.25, "Cel")]
    [InlineData("humidity1", "45678", 45.678, "%RH")]
    [InlineData("in0", "3344", 3.344, "V")]
    [InlineData("curr1", "412", 0.412, "A")]
    [InlineData("power1", "2100000", 2.1, "W")]
    [InlineData("energy1", "1500000", 1.5, "J")]
    [InlineData("fan1", "1180", 1180, "1/min")]
    public void A_channel_of_hwmon_is_in_the_unit_of_its_kind(string channel, string text, double value, string unit)
    {
        using var tree = new SensorTree();
        tree.Write("sys/class/hwmon/hwmon3/name", "chip\n");
        tree.Write($"sys/class/hwmon/hwmon3/{channel}_input", text + "\n");
        var reading = tree.Read($"hwmon chip {channel}");
        Assert.Equal((value, unit, null), (reading.Value.Number, reading.Unit, reading.Problem));
    }

    [Fact]
    public void A_sensor_that_its_chip_calls_faulty_has_no_value()
    {
        using var tree = new SensorTree().WithLm75();
        tree.Write("sys/class/hwmon/hwmon0/temp1_fault", "1\n");
        Assert.Contains("says that its sensor is faulty", tree.Read("hwmon lm75 temp1").Problem);
    }

    [Fact]
    public void A_chip_that_is_back_under_another_number_misses_no_reading()
    {
        using var tree = new SensorTree().WithLm75();
        var reader = tree.Reader("hwmon lm75 temp1");
        Assert.Equal(21.5, reader.Read().Value.Number);
        Directory.Move(tree.PathOf("sys/class/hwmon/hwmon0"), tree.PathOf("sys/class/hwmon/hwmon4"));
        var reading = reader.Read();
        Assert.Equal((21.5, "Cel", null), (reading.Value.Number, reading.Unit, reading.Problem));
    }

    [Fact]
    public void A_chip_that_has_gone_is_called_gone_at_its_first_reading()
    {
        using var tree = new SensorTree().WithLm75();
        var reader = tree.Reader("hwmon lm75 temp1");
        Assert.Null(reader.Read().Problem);
        Directory.Delete(tree.PathOf("sys/class/hwmon/hwmon0"), recursive: true);
        Assert.StartsWith("There is no 'hwmon lm75 temp1' now", reader.Read().Problem);
    }

    [Fact]
    public void Of_two_chips_with_one_name_the_device_is_named()
    {
        using var tree = new SensorTree().WithLm75().WithLm75(1, "1-0049", 30000);
        Assert.Equal(
            "There is more than one 'hwmon lm75 temp1'; name the device, as in 'hwmon lm75@1-0048 temp1' or "
                + "'hwmon lm75@1-0049 temp1'.",
            tree.Read("hwmon lm75 temp1").Problem);
        Assert.Equal(30, tree.Read("hwmon lm75@1-0049 temp1").Value.Number);
    }

    [Theory]
    [InlineData("temp", "_input", "21370", 21.37, "Cel")]
    [InlineData("pressure", "_input", "101.325312", 101325.312, "Pa")]
    [InlineData("humidityrelative", "_input", "45012", 45.012, "%RH")]
    [InlineData("illuminance0", "_input", "312.5", 312.5, "lx")]
    public void A_processed_value_of_industrial_io_is_taken_as_it_is(
        string channel, string ending, string text, double value, string unit)
    {
        using var tree = new SensorTree();
        tree.Write("sys/bus/iio/devices/iio:device0/name", "chip\n");
        tree.Write($"sys/bus/iio/devices/iio:device0/in_{channel}{ending}", text + "\n");
        tree.Write($"sys/bus/iio/devices/iio:device0/in_{channel}_raw", "9\n");
        var reading = tree.Read($"iio chip {channel}");
        Assert.Equal((value, unit, null), (reading.Value.Number, reading.Unit, reading.Problem));
    }

    [Theory]
    [InlineData("voltage0", "in_voltage0_scale", 1.2)]
    [InlineData("voltage0", "in_voltage_scale", 1.2)]
    [InlineData("voltage0-voltage1", "in_voltage-voltage_scale", 1.2)]
    public void A_raw_value_is_scaled_by_its_own_file_or_that_of_its_type(string channel, string scale, double value)
    {
        using var tree = new SensorTree();
        tree.Write("sys/bus/iio/devices/iio:device0/name", "adc\n");
        tree.Write($"sys/bus/iio/devices/iio:device0/in_{channel}_raw", "590\n");
        tree.Write($"sys/bus/iio/devices/iio:device0/{scale}", "2.000000000\n");
        tree.Write("sys/bus/iio/devices/iio:device0/in_voltage_offset", "10\n");
        var reader = tree.Reader($"iio adc {channel}");
        Assert.Equal((value, "V"), (reader.Read().Value.Number, reader.Read().Unit));
        tree.Write($"sys/bus/iio/devices/iio:device0/{scale}", "4.000000000\n");
        Assert.Equal(2 * value, reader.Read().Value.Number);
    }

    [Fact]
    public void A_thermal_zone_is_named_by_its_type()
    {
        using var tree = new SensorTree();
        tree.Write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
        tree.Write("sys/class/thermal/thermal_zone0/temp", "48199\n");
        Assert.Equal(48.199, tree.Read("thermal cpu-thermal").Value.Number);
    }

    [Theory]
    [InlineData("capacity", "87", 87, "%EL")]
    [InlineData("voltage_now", "12187000", 12.187, "V")]
    [InlineData("current_now", "-1250000", -1.25, "A")]
    [InlineData("temp", "215", 21.5, "Cel")]
    [InlineData("charge_now", "2400000", 2.4, "Ah")]
    public void A_battery_is_in_the_units_of_its_properties(string property, string text, double value, string unit)
    {
        using var tree = new SensorTree();
        tree.Write($"sys/class/power_supply/BAT0/{property}", text + "\n");
        var reading = tree.Read($"power BAT0 {property}");
        Assert.Equal((value, unit), (reading.Value.Number, reading.Unit));
    }

    [Fact]
    public void The_state_of_a_battery_is_a_word()
    {
        using var tree = new SensorTree();
        tree.Write("sys/class/power_supply/BAT0/status", "Discharging\n");
        Assert.Equal("Discharging", tree.Read("power BAT0 status").Value.Text);
    }

    [Fact]
    public void What_is_not_there_says_what_to_look_at()
    {
        using var tree = new SensorTree();
        Assert.Equal(
            "There is no 'hwmon lm75 temp1' now: the chip is not connected, its driver is not loaded, or it has no "
                + "such channel.",
            tree.Read("hwmon lm75 temp1").Problem);
        Assert.Contains("i2c-dev must be loaded", tree.Read("i2c 7 0x48 0x00 i16").Problem);
    }

    [Theory]
    [InlineData("hwmon lm75")]
    [InlineData("hwmon ../etc temp1")]
    [InlineData("iio bme280 ../temp")]
    [InlineData("w1 28-0316a2f4aeff temp")]
    [InlineData("smbus 1")]
    [InlineData("i2c 1 72 0x00 i16")]
    [InlineData("i2c 1 0x78 0x00 i16")]
    [InlineData("i2c 1 0x48 0x00 bytes:9")]
    [InlineData("")]
    public void What_is_no_address_says_how_one_is_written(string text)
    {
        Assert.Null(SensorAddress.Parse(text, out var problem));
        Assert.StartsWith($"'{text}' is no sensor; write it like 'hwmon lm75 temp1'", problem);
    }

    [Fact]
    public void A_register_of_16_bits_is_told_by_its_digits()
    {
        Assert.True(I2cRegister.TryParse(["i2c", "1", "0x48", "0x0010", "i16", "be", "*0.5"], out var register));
        Assert.Equal((1, 0x48, 2), (register!.Bus, register.Chip, register.Field.End));
        Assert.Equal([0x00, 0x10], register.Register);
    }

    [Fact]
    public async Task The_list_has_a_line_for_everything_that_can_be_read()
    {
        using var tree = new SensorTree().WithLm75().WithLm75(1, "1-0049", 30000);
        tree.Write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
        tree.Write("sys/class/power_supply/BAT0/status", "Full\n");
        tree.Write("sys/bus/w1/devices/w1_bus_master1/name", "x\n");
        tree.Write("sys/bus/w1/devices/28-0316a2f4aeff/w1_slave", OneWireTests.Good);
        var offers = await SensorOffers.ListAsync(tree.Root, TimeSpan.FromSeconds(30));
        Assert.Equal(
            new (string, string, double?, string?)[]
            {
                ("hwmon lm75@1-0048 temp1", "lm75_temp1", 21.5, null),
                ("hwmon lm75@1-0049 temp1", "lm75_temp1", 30, null),
                ("w1 28-0316a2f4aeff", "28_0316a2f4aeff_temperature", 20.687, null),
                ("thermal cpu-thermal", "cpu_thermal_temperature", null, null),
                ("power BAT0 status", "bat0_status", null, "Full"),
            },
            offers.Select(offer => (offer.Sensor, offer.Name, offer.Value, offer.Text)).ToArray());
        Assert.All(offers, offer => Assert.NotNull(SensorAddress.Parse(offer.Sensor, out _)));
        Assert.Contains("Could not find file", offers[3].Problem);
    }
}
