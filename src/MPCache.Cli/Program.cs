Console.WriteLine("mpcache");
